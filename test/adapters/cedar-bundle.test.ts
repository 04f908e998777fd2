import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { WASM_FILE, wasmOfPackage } from '../../adapters/cedar/wasm.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'cedar-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the policy engine in a bundle', () => {
  it('decides in plain Node, with nothing but its WebAssembly beside it', () => {
    const text = `
      import { createCedarEngine } from ${JSON.stringify(join(ROOT, 'adapters/cedar/engine.ts'))};
      import { DEFAULT_POLICY_SET, POLICY_SCHEMA } from ${JSON.stringify(join(ROOT, 'core/policy/default-set.ts'))};
      const engine = createCedarEngine(DEFAULT_POLICY_SET, POLICY_SCHEMA, (text) => String(text.length));
      const principal = { type: 'User', id: 'ada' };
      const attrs = { principal: 'ada', names: ['ada'], kind: 'iam', all_tenants: true, break_glass: false };
      const entities = [{ uid: principal, attrs, parents: [{ type: 'Role', id: 'platform' }] }];
      const ask = (action) => engine.decide({ principal, action, resource: { type: 'Hive', id: 'hive' }, context: {}, entities });
      console.log(JSON.stringify([ask('OverrideStrategy').policies, ask('RotateKeys').allowed]));
    `;
    const entry = join(folder, 'entry.ts');
    writeFileSync(entry, text);
    buildSync({
      ...{
        entryPoints: [entry],
        outfile: join(folder, 'index.mjs'),
        absWorkingDir: ROOT,
        nodePaths: [join(ROOT, 'node_modules')],
      },
      ...{
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        minify: true,
        mainFields: ['module', 'main'],
      },
    });
    copyFileSync(wasmOfPackage(), join(folder, WASM_FILE));
    const out = execFileSync(process.execPath, [join(folder, 'index.mjs')], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(out)).toEqual([['platform-changes-strategy'], false]);
  });
});
