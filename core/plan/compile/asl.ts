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

/** The error of an execution that has told complete-plan of its failure. */
export const PLAN_FAILED = 'PlanFailed';

/** Who calls complete-plan: an execution started by hand has the plan's id too, but not the plan's execution. */
const IDENTITY = { 'plan_id.$': '$.plan_id', 'execution_arn.$': '$$.Execution.Id' };

/** Execution input: {"plan_id": string, "timeout_s": integer}. */
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
        End: true,
      },
      [STATES.failed]: {
        ...completePlan({ kind: 'plan_machine_failed', ...IDENTITY, 'failure.$': '$.failure' }, bindings),
        Next: STATES.end,
      },
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
 * that failed is none of them (its error is always the adapters' `TicketFailed`) and must not run again by itself.
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
        task_id: state.task_id,
        'task_token.$': '$$.Task.Token',
      },
    },
    TimeoutSecondsPath: '$.timeout_s',
    ResultPath: null,
    Retry: SEND_RETRY,
  };
}

/** Retried on anything: ending a plan twice changes nothing. */
function completePlan(payload: AslDefinition, bindings: MachineBindings): AslDefinition {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: bindings.completePlanFunction, Payload: payload },
    Retry: [
      {
        ErrorEquals: ['States.ALL'],
        IntervalSeconds: 2,
        BackoffRate: 2,
        MaxAttempts: COMPLETION_RETRIES,
        MaxDelaySeconds: 60,
        JitterStrategy: 'FULL',
      },
    ],
  };
}

export const COMPLETION_RETRIES = 8;
