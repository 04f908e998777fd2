/**
 * The stack that the contract and system tests share: a local AWS of their own, with the real stack deployed to it.
 * `HIVE_TEST_KEEP=1` leaves it running for the next run; HIVE_TEST_NAME and HIVE_TEST_PORT let several run side by side;
 * HIVE_AWS_CALLS names a file for the calls that are made with each role's credentials (npm run audit:iam).
 */
import { deployStack } from '../../local/deploy.ts';
import { awsEnvironment, startLocalAws, stopLocalAws } from '../../local/localstack.ts';
import { wakeAgents } from '../../local/wake-agents.ts';
import { nameResources } from '../iam/name-resources.ts';

const NAME = process.env.HIVE_TEST_NAME ?? 'test';
const PORT = Number(process.env.HIVE_TEST_PORT ?? 4577);
const STAGE = 'test';

export default async function setUp(): Promise<() => Promise<void>> {
  const began = Date.now();
  const say = (text: string) => console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s] ${text}`);
  const aws = await startLocalAws({ name: NAME, port: PORT, onProgress: say });
  try {
    let told = -1;
    const outputs = await deployStack({
      endpoint: aws.endpoint,
      stage: STAGE,
      name: NAME,
      onProgress: ({ step, done, total }) => {
        const tens = done === undefined || !total ? -1 : Math.floor((10 * done) / total);
        if (tens === told && done !== undefined) return;
        told = tens;
        say(done === undefined ? step : `${step}: ${done} of ${total}`);
      },
    });
    await wakeAgents({ endpoint: aws.endpoint, stage: STAGE });
    Object.assign(process.env, awsEnvironment(aws), {
      HIVE_TEST_ENDPOINT: aws.endpoint,
      HIVE_TEST_MODE: aws.mode,
      HIVE_TEST_OUTPUTS: JSON.stringify(outputs),
    });
  } catch (error) {
    await stopLocalAws({ name: NAME });
    throw error;
  }
  return async () => {
    if (process.env.HIVE_AWS_CALLS) await nameResources(process.env.HIVE_AWS_CALLS, `NeuralHive-${STAGE}`);
    if (!process.env.HIVE_TEST_KEEP) await withoutEndpoint(() => stopLocalAws({ name: NAME }));
  };
}

/** AWS_ENDPOINT_URL names an endpoint of the user's own; here it is ours. */
async function withoutEndpoint(body: () => Promise<void>): Promise<void> {
  if (process.env.AWS_ENDPOINT_URL === process.env.HIVE_TEST_ENDPOINT) delete process.env.AWS_ENDPOINT_URL;
  await body();
}
