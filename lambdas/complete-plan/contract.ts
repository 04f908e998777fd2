/**
 * Called at the end of a plan's execution, by its machine or by the bus, and by a machine that waits for the plan to be
 * undone; may run any number of times for the same plan. Answers a machine with the plan's phase.
 */
import { z } from 'zod';

export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TIMER_QUEUE_URL'] as const;

/** The plan's machine, at its last state. Machines made before they told their execution run for as long as their plans. */
const fromMachine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan_machine_completed'), plan_id: z.string(), execution_arn: z.string().optional() }),
  z.object({
    kind: z.literal('plan_machine_failed'),
    plan_id: z.string(),
    execution_arn: z.string().optional(),
    failure: z.object({ Error: z.string().default('Unknown'), Cause: z.string().default('') }),
  }),
  z.object({
    kind: z.literal('compensation_entered'),
    plan_id: z.string(),
    execution_arn: z.string(),
    task_token: z.string(),
  }),
]);

const executionInput = z.string().transform((text, context) => {
  try {
    return z.object({ plan_id: z.string() }).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'is not the input of a plan machine: {"plan_id": …} as JSON' });
    return z.NEVER;
  }
});

/**
 * `Step Functions Execution Status Change` on the account's bus: the end of an execution that may have reached no last
 * state. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
const fromBus = z
  .object({
    detail: z.object({
      executionArn: z.string(),
      status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
      input: executionInput,
      error: z.string().nullish(),
      cause: z.string().nullish(),
    }),
  })
  .transform(({ detail: { executionArn, status, input: given, error, cause } }) => ({
    kind: 'plan_machine_failed' as const,
    plan_id: given.plan_id,
    execution_arn: executionArn,
    failure: {
      Error: error || status,
      Cause: cause || 'the execution ended without telling why',
    },
  }));

export const input = z.union([fromMachine, fromBus]);
