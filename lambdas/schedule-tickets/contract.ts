/** Called with messages of the pool queue, one batch at a time per pool; a batch may come again. */
import { z } from 'zod';

export const ENV = ['LEDGER_TABLE', 'POOL_QUEUE_URL', 'TIMER_QUEUE_URL'] as const;

/** `ticket_entered`: a plan's machine reached the ticket. `round`: something changed that may let a ticket of the pool run. */
export const poolMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ticket_entered'),
    plan_id: z.string(),
    task_id: z.string(),
    task_token: z.string(),
    // Machines of before do not say.
    run: z.int().positive().default(1),
  }),
  z.object({ kind: z.literal('round'), pool: z.string(), reason: z.string() }),
]);
