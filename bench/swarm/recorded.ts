/** How long tasks took when they were recorded: what replay agents spend at speed 1. */
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';

/** ms by task id. @throws RangeError for a task without a recorded time, which no replay agent does */
export function recordedTimes({ tasks }: Pick<CognitivePlan, 'tasks'>): Map<string, number> {
  return new Map(
    tasks.map(({ task_id, metadata }) => {
      const ms = Number(metadata.recorded_runtime_ms ?? Number.NaN) * Number(metadata.scale ?? 1);
      if (!(ms >= 0))
        throw new RangeError(`task ${task_id} has no metadata.recorded_runtime_ms: nothing can be replayed`);
      return [task_id, ms];
    }),
  );
}

export const recordedMs = (times: ReadonlyMap<string, number>, taskId: string): number => times.get(taskId) ?? 0;
