import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderDot } from '../../../../core/plan/render/dot.ts';
import { renderMermaid } from '../../../../core/plan/render/mermaid.ts';

const task = (task_id: string, ...dependencies: string[]) => ({ task_id, dependencies, required_capabilities: [] });
const triangle = [task('build'), task('test', 'build'), task('deploy', 'build', 'test')];

describe('a plan as a Mermaid flowchart', () => {
  it('shows tasks, dependencies, gates as dashed arrows and statuses as colours', () => {
    const text = renderMermaid(triangle, {
      reduced: true,
      gates: [{ before: 'test', after: 'deploy' }],
      status: { build: 'COMPLETED', test: 'no such status' },
    });
    expect(text.split('\n')).toEqual([
      'flowchart TD',
      '  n0["build"]:::COMPLETED',
      '  n1["test"]',
      '  n2["deploy"]',
      '  n0 --> n1',
      '  n1 -.-> n2',
      '  classDef COMPLETED fill:#86efac,color:#111827',
      '',
    ]);
  });

  it('keeps dependencies that others imply unless asked to leave them out', () => {
    expect(renderMermaid(triangle)).toContain('n0 --> n2');
  });

  it('lets no text out of its label', () => {
    const text = renderMermaid([task('a"]; click n0 href "javascript:alert(1)" %%<b>`#quot;')]);
    const label = /^ {2}n0\["(.*)"\]$/m.exec(text)?.[1];
    expect(label?.replaceAll(/#\d+;/g, '')).toMatch(/^[\w .-]*$/);
  });
});

describe('a plan in DOT', () => {
  it('shows tasks, dependencies, gates as dashed lines and statuses as colours', () => {
    const text = renderDot(triangle, { gates: [{ before: 'test', after: 'deploy' }], status: { deploy: 'FAILED' } });
    expect(text).toContain('  n2 [label="deploy", fillcolor="#fca5a5"];');
    expect(text).toContain('  n0 -> n2;');
    expect(text).toContain('  n1 -> n2 [style=dashed];');
  });

  it('lets no text out of its label', () => {
    const text = renderDot([task('a\\" ]; n9 [label="x\\')]);
    expect(text).toContain('  n0 [label="a\\\\\\" ]; n9 [label=\\"x\\\\"];');
  });
});

describe('whatever tasks are called', () => {
  const hostile = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), {
    minLength: 1,
    maxLength: 5,
  });
  const lines = (text: string): number => text.split(/[\n\r\u0085\u2028\u2029]/).length;

  it('a picture has as many statements as with plain names', () => {
    fc.assert(
      fc.property(hostile, (ids) => {
        const named = ids.map((id, i) => task(id, ...ids.slice(0, i)));
        const plain = ids.map((_, i) => task(`t${i}`, ...ids.slice(0, i).map((_, j) => `t${j}`)));
        expect(lines(renderMermaid(named))).toBe(lines(renderMermaid(plain)));
        expect(lines(renderDot(named))).toBe(lines(renderDot(plain)));
        // Without the quoted strings nothing of a name is left.
        const unquoted = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
        expect(unquoted(renderDot(named))).toBe(unquoted(renderDot(plain)));
        expect(unquoted(renderMermaid(named))).toBe(unquoted(renderMermaid(plain)));
      }),
    );
  });
});
