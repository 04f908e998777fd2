/**
 * The intermediate form as Amazon States Language (https://states-language.net/spec.html), JSONPath query language.
 *
 * Text of a plan occurs in three places: state names (made legal before), and as whole string values of `task_id` and
 * `MessageGroupId`. Neither of those keys ends in `.$`, so Step Functions takes their values literally whatever they
 * contain; no key but a state name and no path ever comes from a plan. Bindings are whole values too, so they may be
 * CDK tokens.
 */
import type { ForkState, IrState, MachineIr, TicketState } from './ir.ts';
import { STATES } from './names.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type AslDefinition = { [key: string]: Json };

export interface MachineBindings {
  /** URL of the FIFO queue that tickets enter. */
  poolQueueUrl: string;
  /** ARN or name of the function that ends plans. */
  completePlanFunction: string;
}

/** For reading a definition without an account. */
export const SYMBOLIC_BINDINGS: MachineBindings = {
  poolQueueUrl: 'https://sqs.REGION.amazonaws.com/ACCOUNT/POOL_QUEUE.fifo',
  completePlanFunction: 'arn:aws:lambda:REGION:ACCOUNT:function:COMPLETE_PLAN',
};

/**
 * The error of an execution that has told complete-plan of its failure; and of complete-plan itself, where the machine
 * came to its end but the plan did not: one that goes on past failures, or whose tickets say otherwise.
 */
export const PLAN_FAILED = 'PlanFailed';
/** The same, after what was done has been undone. */
export const PLAN_COMPENSATED = 'PlanCompensated';
/** An agent chooses its error codes; as the error's name one could be taken for a fault of Step Functions' own. */
export const TICKET_FAILED = 'TicketFailed';

/** Who calls complete-plan: an execution started by hand has the plan's id too, but not the plan's execution. */
const IDENTITY = { 'plan_id.$': '$.plan_id', 'execution_arn.$': '$$.Execution.Id' };

/** Phases of a plan that is being undone, or has been. */
const UNDONE_IN = ['compensating', 'compensated'];
/** As long as a plan's deadline may be away: a compensation that failed waits for a person. */
const COMPENSATION_TIMEOUT_S = 7 * 24 * 3600;

/** Execution input: {"plan_id": string, "timeout_s": integer, "run": integer}. */
export function renderAsl(ir: MachineIr, bindings: MachineBindings): AslDefinition {
  return {
    QueryLanguage: 'JSONPath',
    StartAt: STATES.plan,
    States: {
      [STATES.plan]: {
        ...parallel(ir.branches, bindings),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: STATES.failed }],
        Next: STATES.completed,
      },
      [STATES.completed]: {
        ...completePlan({ kind: 'plan_machine_completed', ...IDENTITY }, bindings),
        Retry: [never(PLAN_FAILED), COMPLETION_RETRY],
        Catch: [{ ErrorEquals: [PLAN_FAILED], Next: STATES.end }],
        End: true,
      },
      [STATES.failed]: {
        ...completePlan({ kind: 'plan_machine_failed', ...IDENTITY, 'failure.$': '$.failure' }, bindings),
        ResultSelector: { 'phase.$': '$.Payload.phase' },
        ResultPath: '$.ended',
        Next: STATES.undo,
      },
      [STATES.undo]: {
        Type: 'Choice',
        Choices: UNDONE_IN.map((phase) => ({
          Variable: '$.ended.phase',
          StringEquals: phase,
          Next: STATES.compensation,
        })),
        Default: STATES.end,
      },
      [STATES.compensation]: {
        ...completePlan(
          { kind: 'compensation_entered', ...IDENTITY, 'task_token.$': '$$.Task.Token' },
          bindings,
          '.waitForTaskToken',
        ),
        TimeoutSeconds: COMPENSATION_TIMEOUT_S,
        ResultPath: null,
        Retry: [never(TICKET_FAILED, 'States.Timeout'), COMPLETION_RETRY],
        Next: STATES.endUndone,
      },
      [STATES.endUndone]: { Type: 'Fail', Error: PLAN_COMPENSATED },
      [STATES.end]: { Type: 'Fail', Error: PLAN_FAILED },
    },
  };
}

export function parallel(branches: readonly IrState[][], bindings: MachineBindings): AslDefinition {
  return { Type: 'Parallel', ResultPath: null, Branches: branches.map((branch) => sequence(branch, bindings)) };
}

function sequence(branch: readonly IrState[], bindings: MachineBindings): AslDefinition {
  // fromEntries defines own properties whatever the name, `__proto__` included.
  const states = branch.map((state, i): [string, Json] => {
    const next = branch[i + 1];
    const body = state.kind === 'fork' ? fork(state, bindings) : ticket(state, bindings);
    return [state.name, { ...body, ...(next ? { Next: next.name } : { End: true }) }];
  });
  return { StartAt: (branch[0] as IrState).name, States: Object.fromEntries(states) };
}

const fork = (state: ForkState, bindings: MachineBindings): AslDefinition => parallel(state.branches, bindings);

/**
 * The message did not reach the queue: throttling, a fault of SQS, no connection. Errors of an integration are named
 * `<Service>.<exception>` (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). A ticket
 * that failed is none of them (its error is always `TICKET_FAILED`) and must not run again by itself.
 * Stands in every ticket's state, so what is Step Functions' default is left out: MaxAttempts 3, BackoffRate 2.
 */
const SEND_RETRY: Json = [
  {
    ErrorEquals: ['SQS.AmazonSQSException', 'SQS.SdkClientException'],
    IntervalSeconds: 5,
    JitterStrategy: 'FULL',
  },
];

/** Step Functions' default for MaxAttempts, which `SEND_RETRY` leaves at that. */
export const SEND_RETRIES = 3;

export function ticket(state: TicketState, bindings: MachineBindings): AslDefinition {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Parameters: {
      QueueUrl: bindings.poolQueueUrl,
      MessageGroupId: state.pool,
      MessageBody: {
        kind: 'ticket_entered',
        'plan_id.$': '$.plan_id',
        'run.$': '$.run',
        task_id: state.task_id,
        'task_token.$': '$$.Task.Token',
      },
    },
    TimeoutSecondsPath: '$.timeout_s',
    ResultPath: null,
    Retry: SEND_RETRY,
  };
}

function completePlan(payload: AslDefinition, bindings: MachineBindings, pattern = ''): AslDefinition {
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::lambda:invoke${pattern}`,
    Parameters: { FunctionName: bindings.completePlanFunction, Payload: payload },
    Retry: [COMPLETION_RETRY],
  };
}

export const COMPLETION_RETRIES = 8;

/** On anything: ending a plan twice changes nothing. */
const COMPLETION_RETRY: Json = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: COMPLETION_RETRIES,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

const never = (...errors: string[]): Json => ({ ErrorEquals: errors, MaxAttempts: 0 });
