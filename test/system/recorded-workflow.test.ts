import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReplayAgent } from '../../agents/replay/agent.ts';
import type { RunningAgent } from '../../agents/running-agent.ts';
import type { CognitivePlanInput } from '../../core/messages/cognitive-plan.ts';
import { importWfformat } from '../../core/plan/import/wfformat.ts';
import { readJson, wfformatFiles } from '../support/wfformat-files.ts';
import { expectOrderOfDag, expectSoundLedger } from './checks.ts';
import { api, historyOf, inbox, planEnd, putPlan, ticketsOf, unique } from './stack.ts';

const logger = { info() {}, warn() {}, error() {} };
const replayers: RunningAgent[] = [];

beforeAll(async () => {
  for (let count = 0; count < 2; count++)
    replayers.push(runReplayAgent({ api, inbox, capabilities: ['replay'], capacity: 4, logger }));
  await Promise.all(replayers.map(({ started }) => started));
});
afterAll(() => Promise.all(replayers.map((agent) => agent.stop())));

async function replayed(plan: CognitivePlanInput): Promise<void> {
  await putPlan(plan);
  expect(await planEnd(plan.plan_id, 280)).toMatchObject({ phase: 'completed', tickets: plan.tasks.length });
  await expectOrderOfDag(
    plan.plan_id,
    Object.fromEntries(plan.tasks.map(({ task_id, dependencies }) => [task_id, dependencies ?? []])),
  );
  await expectSoundLedger(plan.plan_id);
}

/** Two stages of three lanes that cross: not series-parallel, as recorded pipelines often are. */
function recordedPipeline() {
  const specification: { id: string; name: string; parents: string[]; children: string[] }[] = [];
  const add = (id: string, parents: string[]) => specification.push({ id, name: id, parents, children: [] });
  add('split', []);
  for (const lane of [1, 2, 3]) add(`map_${lane}`, ['split']);
  for (const lane of [1, 2, 3]) add(`pair_${lane}`, [`map_${lane}`, `map_${1 + (lane % 3)}`]);
  add('merge', ['pair_1', 'pair_2', 'pair_3']);
  const tasks = specification.map(({ id }) => ({
    id,
    runtimeInSeconds: 2,
    command: { program: 'step', arguments: [id] },
  }));
  return {
    name: 'recorded-pipeline',
    schemaVersion: '1.5',
    workflow: {
      specification: { tasks: specification, files: [] },
      execution: { makespanInSeconds: 8, executedAt: '2024-01-01T00:00:00Z', tasks, machines: [] },
    },
  };
}

describe('a recorded workflow', () => {
  it('is replayed in the order of its DAG, and its results say that they are replayed', async () => {
    const planId = unique('pipeline');
    await replayed(importWfformat(recordedPipeline(), { planId, createdAtMs: Date.now(), scale: 0.05 }));
    for (const { ticket_id } of (await ticketsOf(planId)).values()) {
      const ended = (await historyOf(`TICKET#${ticket_id}`)).at(-1)?.event as unknown as { result: { output: object } };
      expect(ended.result.output).toMatchObject({ replayed: 'true' });
    }
  });

  const bwa = wfformatFiles().filter((file) => basename(file) === 'bwa-chameleon-small-001.json');
  it.each(bwa)('completes all 104 tickets of a real run of BWA: %s', async (file) => {
    const plan = importWfformat(readJson(file), { planId: unique('bwa'), createdAtMs: Date.now(), scale: 0.001 });
    expect(plan.tasks).toHaveLength(104);
    await replayed(plan);
  });
});
