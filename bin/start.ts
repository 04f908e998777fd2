/** `npm start`: local AWS, the stack, agents, and a real release through all of it; ends with the plan's outcome. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringUp } from './commands/up-stack.ts';
import { runHive } from './program.ts';
import { startAgentProcesses } from './support/agent-processes.ts';
import { tellError } from './support/errors.ts';
import { EXIT } from './support/exit-codes.ts';
import { processIo } from './support/io.ts';
import { createProgress } from './support/progress.ts';
import { count } from './support/text.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const SAMPLE = fileURLToPath(new URL('../samples/release-train.json', import.meta.url));
const STEP = fileURLToPath(new URL('../samples/release-train/step.mjs', import.meta.url));
/** What the sample's tasks ask for; its `transform` task is for the Lambda agent of the stack. */
const CAPABILITIES = ['build', 'test', 'release'];
const CAPACITY = 2;

async function start(): Promise<number> {
  const io = processIo();
  const progress = createProgress(io);
  const say = (line = '') => io.stdout.write(`${line}\n`);
  try {
    const { aws } = await bringUp({}, progress, io);
    progress.step(`starting ${count(CAPABILITIES.length, 'agent')}: ${CAPABILITIES.join(', ')}`);
    const agents = await startAgentProcesses(
      CAPABILITIES.map((capability) => ({ capability, capacity: CAPACITY, program: [process.execPath, STEP] })),
      io.interrupt(),
    );
    progress.done();
    try {
      say(`\nsubmitting samples/release-train.json to the bus at ${aws.endpoint}`);
      const status = await runHive(['submit', SAMPLE, '--new-id', '--wait'], io);
      say(`  what it made   ${join(process.env.HIVE_WORK_DIR ?? tmpdir(), 'release-train')}`);
      say(`  agents' log    ${agents.log}`);
      return status;
    } finally {
      progress.step('stopping the agents');
      await agents.stop();
      progress.done();
      say(
        '\nThe local AWS goes on running: npx hive status shows it, npx hive down stops it. For another plan, start an',
      );
      say('agent and send it:');
      say(`  npx hive agent run ${CAPABILITIES.map((name) => `--capability ${name}`).join(' ')} --capacity 4 \\`);
      say('    -- node samples/release-train/step.mjs');
      say('  npx hive submit samples/release-train.json --new-id --wait');
    }
  } catch (error) {
    return tellError(error, io, false);
  }
}

process.stdout.on('error', () => process.exit(EXIT.pipe));
process.exit(await start());
