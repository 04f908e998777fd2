/**
 * The test command: types, lint, unit tests, then the system tests on a deployed local stack, each with its progress.
 * Ends with one line `N passed, N failed`, and with status 1 when anything failed or nothing ran.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'neural-hive-test-'));
const totals: Counts = { passed: 0, failed: 0, skipped: 0 };

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function add(counts: Counts): void {
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  totals.skipped += counts.skipped;
}

async function stage(title: string, body: () => Promise<Counts>): Promise<void> {
  const began = Date.now();
  console.log(`\n── ${title}`);
  const counts = await body();
  add(counts);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`── ${title}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
}

/** A check that counts as one test. */
const check = (command: string, args: readonly string[]) => async (): Promise<Counts> => {
  const ok = (await run(command, args)) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
};

/** A vitest project, counted from its own report; a run that breaks before it reports counts as a failure. */
const vitest = (project: string) => async (): Promise<Counts> => {
  const report = join(scratch, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run('npx', ['vitest', 'run', '--project', project, ...reporters, ...process.argv.slice(2)]);
  try {
    const told = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    const failed = (told.numFailedTests ?? 0) + (told.numFailedTests === 0 && code !== 0 ? 1 : 0);
    return {
      passed: told.numPassedTests ?? 0,
      failed,
      skipped: (told.numPendingTests ?? 0) + (told.numTodoTests ?? 0),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
};

await stage('types', check('npx', ['tsc', '--noEmit']));
await stage('format, lint and import rules', check('npx', ['biome', 'ci', '--diagnostic-level=error', '.']));
await stage('unit, property and template tests', vitest('unit'));
await stage('contract and system tests on local AWS', vitest('system'));
rmSync(scratch, { recursive: true, force: true });

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
