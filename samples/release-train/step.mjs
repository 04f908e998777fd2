/**
 * Runs one step of the release train: the one that parameter `step` names, else the task's own. A ticket that undoes
 * another one never does the task's own step again.
 *
 *     hive agent run --capability build --capability test --capability release -- node samples/release-train/step.mjs
 */
import { access } from 'node:fs/promises';
import { log, StepError, workFolder } from './support.mjs';

const { HIVE_PARAM_STEP, HIVE_TASK_ID, HIVE_TASK_TYPE } = process.env;
const own = HIVE_TASK_TYPE === 'COMPENSATE' ? 'undo' : HIVE_TASK_ID;
const step = HIVE_PARAM_STEP ?? own ?? process.argv[2] ?? '';
const module = new URL(`./steps/${step}.mjs`, import.meta.url);
try {
  if (!/^[a-z-]+$/.test(step)) throw new StepError(`${JSON.stringify(step)} is no step of the release train`, 64);
  await access(module).catch(() => {
    throw new StepError(`there is no step ${step} in ${new URL('./steps', import.meta.url).pathname}`, 64);
  });
  log(`${step} in ${workFolder()}`);
  const { default: run } = await import(module.href);
  await run();
} catch (error) {
  process.stderr.write(`${step}: ${error instanceof StepError ? error.message : error.stack}\n`);
  process.exitCode = error instanceof StepError ? error.status : 1;
}
