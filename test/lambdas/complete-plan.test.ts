/** What complete-plan takes: the last words of a plan's machine, and the bus's word about one that had none; and what it answers. */
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { HiveError } from '../../core/errors.ts';
import type { PlanState } from '../../core/plan/state.ts';
import { input } from '../../lambdas/complete-plan/contract.ts';
import { isEcho, PlanFailed, phaseTold } from '../../lambdas/complete-plan/outcome.ts';

const execution = 'arn:aws:states:eu-central-1:123456789012:execution:hive-dev-plan-0123-89ab:plan-1';

/** As Step Functions puts it on the account's bus. */
const change = (detail: Record<string, unknown>) => ({
  version: '0',
  id: '315c1398-40ff-a850-213b-158f73e60175',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  account: '123456789012',
  time: '2026-02-26T19:42:21Z',
  region: 'eu-central-1',
  resources: [execution],
  detail: {
    executionArn: execution,
    stateMachineArn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:hive-dev-plan-0123-89ab',
    name: 'plan-1',
    status: 'ABORTED',
    startDate: 1551225271984,
    stopDate: 1551225291984,
    input: '{"plan_id":"plan-1","timeout_s":60}',
    output: null,
    error: null,
    cause: null,
    ...detail,
  },
});

describe('the end of an execution', () => {
  it('told by its machine is taken as it is, with or without the execution', () => {
    const completed = { kind: 'plan_machine_completed', plan_id: 'plan-1' };
    expect(input.parse(completed)).toEqual(completed);
    expect(input.parse({ ...completed, execution_arn: execution })).toEqual({ ...completed, execution_arn: execution });
    expect(input.parse({ kind: 'plan_machine_failed', plan_id: 'plan-1', failure: {} })).toMatchObject({
      failure: { Error: 'Unknown', Cause: '' },
    });
  });

  it.each(['ABORTED', 'TIMED_OUT', 'FAILED'])('told by the bus as %s is the failure of its plan', (status) => {
    expect(input.parse(change({ status }))).toEqual({
      kind: 'plan_machine_failed',
      plan_id: 'plan-1',
      execution_arn: execution,
      failure: { Error: status, Cause: 'the execution ended without telling why' },
    });
  });

  it('told by the bus with an error and its cause keeps them', () => {
    const told = change({ status: 'FAILED', error: 'States.Runtime', cause: 'history limit' });
    expect(input.parse(told)).toMatchObject({ failure: { Error: 'States.Runtime', Cause: 'history limit' } });
  });

  it.each([
    ['that goes on', { status: 'RUNNING' }],
    ['that was no plan’s', { input: '{}' }],
    ['whose input is no JSON', { input: 'plan-1' }],
    ['whose input was left out', { input: null }],
  ])('of an execution %s is refused', (_, detail) => {
    expect(() => input.parse(change(detail))).toThrow(ZodError);
  });
});

it('a machine that waits for its plan to be undone is taken with its task token', () => {
  const entered = { kind: 'compensation_entered', plan_id: 'plan-1', execution_arn: execution, task_token: 'token' };
  expect(input.parse(entered)).toEqual(entered);
  expect(() => input.parse({ ...entered, task_token: undefined })).toThrow(ZodError);
});

describe('a machine is told', () => {
  const refusing = (code: string, detail = {}) => phaseTold(Promise.reject(new HiveError(code, 'why', { detail })));

  it('the phase of its plan, which it goes on by', async () => {
    const state = { phase: 'compensating' } as PlanState;
    expect(await phaseTold(Promise.resolve(state))).toEqual({ phase: 'compensating', fails: false });
    expect(await phaseTold(Promise.resolve(undefined))).toEqual({ phase: 'unknown', fails: false });
  });

  it('that it fails, by the error it knows, when it came to its end and its plan did not', async () => {
    expect(await refusing('LEDGER_INCONSISTENT', { phase: 'failed' })).toEqual({ phase: 'failed', fails: true });
    expect(new PlanFailed('why').name).toBe('PlanFailed');
  });

  it('that its plan is none of its business when it is a copy that somebody started', async () => {
    expect(await refusing('EXECUTION_FOREIGN')).toEqual({ phase: 'not_its_own', fails: false });
  });

  it('of any other error, so that it calls again', async () => {
    await expect(refusing('TRY_AGAIN')).rejects.toMatchObject({ code: 'TRY_AGAIN' });
    await expect(phaseTold(Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
  });
});

it('an end that the bus repeats after the machine has told it is known by its error', () => {
  const told = (error: string | null) => input.parse(change({ status: 'FAILED', error }));
  expect(['PlanFailed', 'PlanCompensated'].map((error) => isEcho(told(error)))).toEqual([true, true]);
  expect(['TicketFailed', null].map((error) => isEcho(told(error)))).toEqual([false, false]);
});
