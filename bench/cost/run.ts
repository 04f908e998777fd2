/** Runs plans on the deployed functions' own code, against clients that count: nothing of it goes out of the process. */
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { startAgents } from './agents.ts';
import { createDynamoDb } from './cloud/dynamodb.ts';
import { followStream, pollQueue, tick } from './cloud/event-sources.ts';
import { createEventBridge, putEvent } from './cloud/eventbridge.ts';
import { createFunctions } from './cloud/functions.ts';
import { intercept } from './cloud/intercept.ts';
import { createKms } from './cloud/kms.ts';
import { createS3 } from './cloud/s3.ts';
import { createSqs } from './cloud/sqs.ts';
import { createStepFunctions } from './cloud/step-functions.ts';
import { createTable } from './cloud/table.ts';
import { createMeter, type Entry } from './meter.ts';
import type { Source } from './plans.ts';
import { createSimulatedTime } from './simulated-time.ts';
import { readStack } from './stack.ts';

export interface RunOptions {
  readonly source: Source;
  /** plans that run one beside the other */
  readonly plans: number;
  readonly agents: number;
  readonly slots: number;
}

export interface Run {
  readonly tickets: number;
  readonly transitions: number;
  /** from the first plan's arrival until nothing is left to do: the last timer comes up to a minute after the last ticket */
  readonly elapsedMs: number;
  /** working time of all tickets together */
  readonly busyMs: number;
  readonly storedBytes: number;
  readonly entries: readonly Entry[];
}

const START_MS = Date.UTC(2026, 0, 5, 9);

/** Also the process's clock is the simulation's while it runs; the SDK's clients answer to nobody else. */
export async function run({ source, plans, agents, slots }: RunOptions): Promise<Run> {
  const stack = readStack();
  const meter = createMeter();
  const time = createSimulatedTime(START_MS);
  const functions = createFunctions(stack, meter, time);
  const followers: ReturnType<typeof followStream>[] = [];
  const table = createTable(stack.index, (change) => {
    for (const tell of followers) tell(change);
  });
  const deps = { functions, meter, time };
  const sqs = createSqs(meter, time, functions.until);
  const stepFunctions = createStepFunctions(meter, {
    send: (input) => sqs.answers.SendMessageCommand?.(input),
    invoke: (name, payload) =>
      time.at(functions.until(), () => functions.invoke(name.replace(/^hive-prod-/, ''), payload)),
  });
  const release = intercept({
    DynamoDBClient: createDynamoDb(table, stack.index, meter),
    SQSClient: sqs.answers,
    SFNClient: stepFunctions.answers,
    EventBridgeClient: createEventBridge(meter),
    S3Client: createS3(meter),
    KMSClient: createKms(meter),
  });
  const { now } = Date;
  Date.now = time.now;
  try {
    for (const mapping of stack.sources)
      if (mapping.queue === undefined) followers.push(followStream(mapping, deps));
      else pollQueue({ ...mapping, queue: mapping.queue }, sqs, deps);
    for (const clock of stack.clocks) tick(clock.function, clock.everyMs, deps);
    await startAgents({ count: agents, slots }, { ...deps, sqs });
    const sent = Array.from({ length: plans }, (_, number) => source.plan(number, time.now()));
    sent.forEach((plan, number) => {
      // A few seconds apart, so that they are not in step.
      time.at(START_MS + 1000 + 3700 * number, () => approve(plan));
    });
    async function approve(plan: CognitivePlanInput): Promise<void> {
      meter.by('producer', () => putEvent(meter, 'CognitivePlanApproved', JSON.stringify(plan)));
      await functions.invoke('accept-plan', { detail: plan });
    }
    await time.run();
    const runs = stepFunctions.runs();
    if (runs.length < plans || runs.some(({ status }) => status !== 'SUCCEEDED'))
      throw new Error(`${runs.filter(({ status }) => status === 'SUCCEEDED').length} of ${plans} plans succeeded`);
    const tasks = sent.flatMap((plan) => plan.tasks);
    return {
      tickets: tasks.length,
      transitions: runs.reduce((sum, { transitions }) => sum + transitions, 0),
      elapsedMs: time.now() - START_MS - 1000,
      busyMs: tasks.reduce((sum, task) => sum + (task.estimated_duration_ms ?? 0), 0),
      storedBytes: table.size(),
      entries: meter.entries(),
    };
  } finally {
    Date.now = now;
    release();
  }
}
