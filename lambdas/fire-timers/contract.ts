/** Called with messages of the timer queue that are due, or on a hop of a longer wait; a message may come again. */
import { z } from 'zod';

export const ENV = [
  'LEDGER_TABLE',
  'POOL_QUEUE_URL',
  'TIMER_QUEUE_URL',
  'PLAN_MACHINE_PREFIX',
  'PLAN_MACHINE_ROLE_ARN',
  'PLAN_MACHINE_LOG_GROUP_ARN',
  'COMPLETE_PLAN_FUNCTION',
] as const;

/** "Look again at T": `id` names a ticket, a plan or a breaker, `at` is epoch ms. */
export const timerMessage = z.object({
  kind: z.enum(['ticket', 'plan', 'breaker']),
  id: z.string().min(1),
  at: z.number(),
});
