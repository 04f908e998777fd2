/** A plan in Graphviz DOT (https://graphviz.org/doc/info/lang.html). */
import type { CompilerTask } from '../compile/index.ts';
import { type DrawingOptions, drawPlan, STATUS_FILL } from './drawing.ts';

/** @returns a digraph, top down, one statement a line, a line feed at the end */
export function renderDot(tasks: readonly CompilerTask[], options: DrawingOptions = {}): string {
  const { nodes, edges } = drawPlan(tasks, options);
  const lines = [
    'digraph plan {',
    '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif"];',
    ...nodes.map(({ key, label, status }) => {
      const fill = status ? `, fillcolor="${STATUS_FILL[status]}"` : '';
      return `  ${key} [label="${escaped(label)}"${fill}];`;
    }),
    ...edges.map(({ from, to, gated }) => `  ${from} -> ${to}${gated ? ' [style=dashed]' : ''};`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * In a DOT string `"` ends it and `\` begins an escape. HTML entities are read too, so `&` is written as one; escString
 * sequences (\N, \G …) are disarmed by the doubled backslash.
 */
function escaped(label: string): string {
  return label.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
