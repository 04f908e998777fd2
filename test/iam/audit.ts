/**
 * Least privilege, measured: the calls that each role is seen to make while the system tests run, against what it may do.
 * A call that no grant allows, a grant that is never used, a wildcard without a reason: each fails, unless a reason for
 * it is written down (test/iam/unused.ts, lib's `wildcardBecause`).
 *
 *   npm run audit:iam -- [--recording FILE] [--json] [TEST_FILE…]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../local/command.ts';
import { synthesise } from '../lib/synth.ts';
import { compare } from './compare.ts';
import { grantsOf } from './grants.ts';
import { lintPolicies } from './lint-policies.ts';
import { linesOf } from './print.ts';
import { readRecording } from './recording.ts';
import { reasonFor } from './unused.ts';

const NAME = 'iam';
const PORT = '4607';

const { values: options, positionals: tests } = parseArgs({
  options: { recording: { type: 'string' }, json: { type: 'boolean', default: false } },
  allowPositionals: true,
});

/** Runs the system tests on a stack of their own. */
async function record(file: string): Promise<boolean> {
  const env = {
    ...process.env,
    ...{ HIVE_AWS_CALLS: file, HIVE_TEST_NAME: NAME, HIVE_TEST_PORT: PORT, HIVE_TEST_KEEP: undefined },
  };
  const onLine = (line: string): void => void process.stderr.write(`${line}\n`);
  const { status } = await run('npx', ['vitest', 'run', '--project', 'system', ...tests], { env, onLine });
  return status === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'neural-hive-iam-'));
try {
  const file = options.recording ?? join(folder, 'calls.ndjson');
  const ran = options.recording !== undefined || (await record(file));
  if (!existsSync(file))
    throw new Error(`${file} is not there: calls are recorded where local AWS runs as host processes, not in Docker`);
  const { calls, names } = readRecording(file);
  const synthesised = synthesise({ target: 'local', stage: 'test' });
  const findings = compare(calls, grantsOf(synthesised, names), reasonFor);
  const lint = await lintPolicies(synthesised, names);
  const passed = ran && findings.passed && lint.every(({ because }) => because !== undefined);
  if (options.json)
    console.log(JSON.stringify({ ...findings, passed, tests_passed: ran, calls: calls.length, lint }, null, 2));
  else console.log(linesOf({ calls: calls.length, findings, lint, ran }).join('\n'));
  process.exitCode = passed ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
