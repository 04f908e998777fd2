import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { plan, task } from '../support/plans.ts';
import { file } from './run-cli.ts';

const HIVE = join(import.meta.dirname, '../../bin/hive.mjs');

describe('hive as a process', () => {
  it('runs through a link, from another folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hive-link-'));
    symlinkSync(HIVE, join(folder, 'hive'));
    const out = execFileSync(join(folder, 'hive'), ['plan', 'check', '-'], {
      cwd: folder,
      input: JSON.stringify(plan({ created_at: Date.now() })),
      encoding: 'utf8',
    });
    expect(out).toBe('ok plan-1: 1 task, 0 dependencies\n');
  });

  it('hands its exit status to the shell', () => {
    expect(spawnSync(HIVE, ['plan', 'check', '/no/such/file']).status).toBe(EXIT.usage);
    expect(spawnSync(HIVE, ['plan', 'check', '-'], { input: '{}' }).status).toBe(EXIT.refused);
  });

  it('ends quietly when its reader goes away', async () => {
    const tasks = Array.from({ length: 3000 }, (_, at) => task(`t${at}`));
    const child = spawn(HIVE, ['plan', 'graph', file(plan({ tasks }))], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status).toBe(EXIT.pipe);
    expect(said).toBe('');
  });

  it('loads no AWS SDK, CDK or message schemas to show its help', () => {
    const loader = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(
      "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }"));`;
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(loader)}`, HIVE, '--help'],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('bin/program.ts');
    expect(stderr).not.toMatch(/@aws-sdk|aws-cdk|node_modules\/zod/);
  });

  it('uses no colour when NO_COLOR is set, even when it is forced', () => {
    const { stderr } = spawnSync(HIVE, ['plan', 'check', '/no/such/file'], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '1' },
    });
    expect(stderr).toMatch(/^error FILE_UNREADABLE: /);
  });
});
