import { DescribeExecutionCommand, ListExecutionsCommand, ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, createAgent } from '../../agents/sdk/agent.ts';
import { TicketFailure } from '../../agents/sdk/failures.ts';
import { expectOrderOfDag, expectSoundLedger } from './checks.ts';
import {
  api,
  eventually,
  historyOf,
  inbox,
  listen,
  outputs,
  planEnd,
  planOf,
  putPlan,
  sfn,
  ticketsOf,
  unique,
} from './stack.ts';

/** An N (a → c, a → d, b → d) between a fork and a join: the smallest shape that is not series-parallel. */
const N_SHAPE = { start: [], a: ['start'], b: ['start'], c: ['a'], d: ['a', 'b'], end: ['c', 'd'] };

const capability = unique('work');
const quiet = { info() {}, warn() {}, error() {} };
let agent: Agent;

beforeAll(async () => {
  const run = async () => ({ done: 'yes' });
  agent = createAgent({ api, inbox, capabilities: [capability], capacity: 6, run, logger: quiet });
  await agent.start();
});
afterAll(() => agent.stop());

describe('a plan on the deployed stack', () => {
  it('runs from its event to PlanCompleted in the order of its DAG, and every fact is on the bus once', async () => {
    const bus = await listen();
    const planId = unique('n-shape');
    await putPlan(planOf(planId, N_SHAPE, capability));
    expect((await planEnd(planId)).phase).toBe('completed');
    await expectSoundLedger(planId);
    await expectOrderOfDag(planId, N_SHAPE);

    const facts = await eventually('PlanCompleted on the bus', async () => {
      const mine = (await bus.heard()).filter(({ detail }) => detail.plan_id === planId);
      return mine.some(({ type }) => type === 'PlanCompleted') ? mine : undefined;
    });
    const count = (type: string) =>
      new Set(facts.filter((fact) => fact.type === type).map(({ detail }) => detail.event_id)).size;
    expect({
      PlanAccepted: count('PlanAccepted'),
      PlanStarted: count('PlanStarted'),
      TicketReady: count('TicketReady'),
      TicketAssigned: count('TicketAssigned'),
      TicketCompleted: count('TicketCompleted'),
      PlanCompleted: count('PlanCompleted'),
    }).toEqual({
      PlanAccepted: 1,
      PlanStarted: 1,
      TicketReady: 6,
      TicketAssigned: 6,
      TicketCompleted: 6,
      PlanCompleted: 1,
    });
    expect(JSON.stringify(facts)).not.toMatch(/task_token|claim_digest|claim_id/);
  });

  it('is run once when its event comes five times at once and again later', async () => {
    const planId = unique('five-times');
    const plan = planOf(planId, N_SHAPE, capability);
    await Promise.all(Array.from({ length: 5 }, () => putPlan(plan)));
    const state = await planEnd(planId);
    expect(state.phase).toBe('completed');
    const before = await historyOf(`PLAN#${planId}`);
    const tickets = [...(await ticketsOf(planId)).values()].map(({ ticket_id }) => ticket_id).sort();
    await putPlan(plan);
    await putPlan({ ...plan, execution_order: [...(plan.execution_order ?? [])] });
    // Another plan through the same door after them: when it has run, those two have been seen.
    const after = unique('after-five');
    await putPlan(planOf(after, { only: [] }, capability));
    await planEnd(after);
    expect(await historyOf(`PLAN#${planId}`)).toEqual(before);
    expect([...(await ticketsOf(planId)).values()].map(({ ticket_id }) => ticket_id).sort()).toEqual(tickets);
    const machine = 'machine_arn' in state ? state.machine_arn : '';
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    expect(executions.filter(({ name }) => name === planId)).toHaveLength(1);
    await expectSoundLedger(planId);
  });

  it('shares one machine with a plan of the same new shape that arrives at the same time', async () => {
    const task = unique('only-here');
    const shape = { [task]: [], [`${task}-next`]: [task] };
    const ids = [unique('twin'), unique('twin'), unique('twin')];
    await Promise.all(ids.map((id) => putPlan(planOf(id, shape, capability))));
    const ends = await Promise.all(ids.map((id) => planEnd(id)));
    expect(ends.map(({ phase }) => phase)).toEqual(['completed', 'completed', 'completed']);
    const machines = new Set(ends.map((state) => ('machine_arn' in state ? state.machine_arn : '')));
    expect(machines.size).toBe(1);
    const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000 }));
    expect(stateMachines.map(({ stateMachineArn }) => stateMachineArn)).toContain([...machines][0]);
    expect([...machines][0]).toContain(outputs.PlanMachinePrefix);
  });

  it('keeps ids as they are, also those that look like JSONPath, JSONata or ASL', async () => {
    const planId = unique('hostile');
    const shape = {
      '$.plan_id': [],
      '{% $states.input %}': ['$.plan_id'],
      '"},"Injected":{"Type":"Fail"': ['$.plan_id'],
      "States.Format('{}', $$.Task.Token)": ['{% $states.input %}', '"},"Injected":{"Type":"Fail"'],
      '部署 🚀': ['$.plan_id'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a name that a substitution would take
      '${PoolQueueUrl}': ['部署 🚀', '{% $states.input %}'],
    };
    await putPlan(planOf(planId, shape, capability));
    const state = await planEnd(planId);
    expect(state.phase).toBe('completed');
    await expectOrderOfDag(planId, shape);
    const arn = 'execution_arn' in state ? state.execution_arn : '';
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
    expect(Object.keys(JSON.parse(input ?? '{}')).sort()).toEqual(['plan_id', 'run', 'timeout_s']);
  });

  it('fails as a whole when a ticket fails: the rest is cancelled, slots are free, the machine has failed', async () => {
    const failing = unique('breaks');
    const worker = createAgent({
      api,
      inbox,
      capabilities: [failing],
      capacity: 2,
      logger: quiet,
      run: async (ticket) => {
        if (ticket.task_id === 'bad')
          throw new TicketFailure('the disk is full', { code: 'DISK_FULL', retryable: false });
        return {};
      },
    });
    await worker.start();
    const planId = unique('failing');
    await putPlan(planOf(planId, { first: [], bad: ['first'], never: ['bad'] }, failing));
    const state = await planEnd(planId);
    expect(state).toMatchObject({ phase: 'failed', failed_tasks: ['bad'] });
    const tickets = await ticketsOf(planId);
    expect(tickets.get('first')?.phase).toBe('completed');
    expect(tickets.get('bad')).toMatchObject({ phase: 'failed', error_message: 'the disk is full' });
    expect(tickets.get('never')?.phase).toBe('cancelled');
    const arn = 'execution_arn' in state ? (state.execution_arn ?? '') : '';
    const status = await eventually('the execution to end', async () => {
      const { status: now } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
      return now === 'RUNNING' ? undefined : now;
    });
    expect(status).toBe('FAILED');
    await expectSoundLedger(planId);
    await worker.stop();
  });
});
