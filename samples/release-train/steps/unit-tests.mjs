/** Runs the service's own tests. */
import { runToEnd } from '../programs.mjs';
import { at, output, StepError, writeWhole } from '../support.mjs';

export default async function unitTests() {
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT; // set when this very step runs inside a test
  const { code, text } = await runToEnd(process.execPath, ['--test', '--test-reporter=tap'], { cwd: at.source, env });
  await writeWhole(at.tests, text);
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  if (code !== 0) {
    const failed = [...text.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map((match) => match[1]);
    throw new StepError(`${count('fail')} of ${count('tests')} tests failed: ${failed.join('; ')}`);
  }
  if (count('pass') === 0) throw new StepError('no tests were run');
  await output({ passed: count('pass') });
}
