/** What a plan's machine does once something has failed: whom it tells, what it shows, how it ends. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PLAN_COMPENSATED, PLAN_FAILED, TICKET_FAILED } from '../../../../core/plan/compile/asl.ts';
import { compilePlan } from '../../../../core/plan/compile/index.ts';
import { runPlan } from '../../../support/plan-order.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const task = (task_id: string, ...dependencies: string[]) => ({ task_id, dependencies, required_capabilities: [] });
const compiled = compilePlan([task('a'), task('b', 'a'), task('c')], { sha256 });
const first = (tokens: Map<string, unknown>) => [...tokens.keys()][0] as string;
const IDENTITY = { plan_id: 'plan-1', execution_arn: 'played:execution' };

/** A run in which one ticket has failed, and complete-plan has answered nothing yet. */
function failing() {
  const { machine } = runPlan(compiled, { invoke: () => undefined });
  machine.fail(first(machine.waiting), TICKET_FAILED);
  return machine;
}

/** A run whose plan is in this phase after one ticket has failed. */
function failedInto(phase: string) {
  const machine = failing();
  machine.answer(0, { plan_id: 'plan-1', phase });
  return machine;
}

/** A run whose tickets are all complete. */
function complete() {
  const run = runPlan(compiled, { invoke: () => undefined });
  for (let ready = run.ready(); ready.length > 0; ready = run.ready()) run.complete(ready[0] as string);
  return run.machine;
}

describe('a ticket that fails', () => {
  it('ends the other branches and tells the plan, with what happened', () => {
    const machine = failing();
    expect(machine.waiting.size).toBe(0);
    expect(machine.invoked.map(({ Payload }) => Payload)).toEqual([
      { kind: 'plan_machine_failed', ...IDENTITY, failure: { Error: TICKET_FAILED, Cause: expect.any(String) } },
    ]);
    expect(machine.status).toBe('RUNNING');
  });

  it.each(['failed', 'halted', 'completed', 'cancelled', 'running', 'unknown', 'not_its_own'])(
    'fails the execution as PlanFailed where the plan is then %s',
    (phase) => {
      expect(failedInto(phase)).toMatchObject({ status: 'FAILED', failure: { error: PLAN_FAILED } });
    },
  );

  it.each(['compensating', 'compensated'])('shows the compensation where the plan is then %s', (phase) => {
    const machine = failedInto(phase);
    const [waiting] = machine.waiting.values();
    expect(waiting?.state).toBe('Compensation');
    expect(machine.invoked[1]?.['Payload']).toEqual({
      kind: 'compensation_entered',
      ...IDENTITY,
      task_token: waiting?.token,
    });
    machine.answer(1, { phase });
    expect(machine.status).toBe('RUNNING');
  });

  it('is told of again when complete-plan fails, and the execution fails with its error after eight more tries', () => {
    const machine = failing();
    for (let call = 0; call < 8; call++) machine.reject(call, 'Lambda.ServiceException');
    expect(machine.invoked).toHaveLength(9);
    expect(machine.status).toBe('RUNNING');
    machine.reject(8, 'HiveError');
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error: 'HiveError' } });
  });
});

describe('a compensation', () => {
  it('ends the execution as PlanCompensated once it is done', () => {
    const machine = failedInto('compensating');
    machine.answer(1, { phase: 'compensating' });
    machine.succeed(first(machine.waiting));
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error: PLAN_COMPENSATED } });
  });

  it('may be done before the call that it was entered by has come back', () => {
    const machine = failedInto('compensated');
    machine.succeed(first(machine.waiting));
    machine.reject(1, 'Lambda.ServiceException');
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error: PLAN_COMPENSATED } });
    expect(machine.invoked).toHaveLength(2);
  });

  it('is entered again, with another token, when complete-plan could not be called', () => {
    const machine = failedInto('compensating');
    const before = first(machine.waiting);
    machine.reject(1, 'Lambda.TooManyRequestsException');
    expect(machine.invoked).toHaveLength(3);
    expect([...machine.waiting.keys()]).toHaveLength(1);
    expect(first(machine.waiting)).not.toBe(before);
  });

  it.each([TICKET_FAILED, 'States.Timeout'])('that ends with %s is not begun anew', (error) => {
    const machine = failedInto('compensating');
    machine.answer(1, { phase: 'compensating' });
    machine.fail(first(machine.waiting), error);
    expect(machine.invoked).toHaveLength(2);
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error } });
  });
});

describe('a machine that came to its end', () => {
  it('has succeeded once complete-plan says so', () => {
    const machine = complete();
    expect(machine.status).toBe('RUNNING');
    machine.answer(0, { phase: 'completed' });
    expect(machine.status).toBe('SUCCEEDED');
    expect(machine.transitions).toBe(compiled.stats.transitions);
  });

  it('has failed, and asks no second time, where the plan has', () => {
    const machine = complete();
    machine.reject(0, PLAN_FAILED);
    expect(machine).toMatchObject({ status: 'FAILED', failure: { error: PLAN_FAILED } });
    expect(machine.invoked).toHaveLength(1);
  });

  it('asks again after any other error', () => {
    const machine = complete();
    machine.reject(0, 'HiveError');
    machine.answer(1, { phase: 'completed' });
    expect(machine.status).toBe('SUCCEEDED');
  });
});
