/** Called by a plan's machine at its end (both ways); may run any number of times for the same plan. */
import { z } from 'zod';

export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL'] as const;

export const input = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plan_machine_completed'), plan_id: z.string() }),
  z.object({
    kind: z.literal('plan_machine_failed'),
    plan_id: z.string(),
    failure: z.object({ Error: z.string().default('Unknown'), Cause: z.string().default('') }),
  }),
]);
