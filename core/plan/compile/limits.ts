/** Step Functions' quotas that a standard machine cannot exceed. */
import { HiveError } from '../../errors.ts';
import { SYMBOLIC_BINDINGS } from './asl.ts';
import type { CompileStats } from './cost.ts';

/** Maximum size of a definition (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const MAX_DEFINITION_BYTES = 1_048_576;
/** Maximum events in an execution's history (same page). */
export const MAX_HISTORY_EVENTS = 25_000;
/** Longest real bindings: a queue name is at most 80 characters, a function's 64; regions and partitions add up to 64. */
const LONGEST_QUEUE_URL = 144;
const LONGEST_FUNCTION_ARN = 128;
/** States that name the function: at the end of a plan that went well, of one that did not, and of its compensation. */
const CALLS_OF_COMPLETE_PLAN = 3;

/** Bytes once bound: the queue's URL stands in every ticket's state. */
export function boundBytes(stats: CompileStats): number {
  const queue = LONGEST_QUEUE_URL - SYMBOLIC_BINDINGS.poolQueueUrl.length;
  const completion = LONGEST_FUNCTION_ARN - SYMBOLIC_BINDINGS.completePlanFunction.length;
  return stats.bytes + stats.tickets * queue + CALLS_OF_COMPLETE_PLAN * completion;
}

/** The error that a plan over the limits is refused with, PLAN_OVER_STEP_FUNCTIONS_LIMITS; undefined where it fits. */
export function checkLimits(stats: CompileStats): HiveError | undefined {
  const limits = [
    { limit: 'definition_bytes', value: boundBytes(stats), max: MAX_DEFINITION_BYTES },
    { limit: 'history_events', value: stats.worst_history_events, max: MAX_HISTORY_EVENTS },
  ];
  const over = limits.find(({ value, max }) => value > max);
  if (over === undefined) return undefined;
  return new HiveError(
    'PLAN_OVER_STEP_FUNCTIONS_LIMITS',
    `The plan's machine would need ${over.value} ${over.limit.replace('_', ' ')}; Step Functions allows ${over.max}. Split the plan into smaller ones.`,
    { status: 422, detail: over },
  );
}
