/** A plan's order straight from what its producer sent, by brute force: nothing of the core's graphs is used. */
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';

export interface TaskModel {
  readonly task_id: string;
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
  readonly compensable: boolean;
  readonly atMostOnce: boolean;
}

export interface PlanModel {
  readonly plan: CognitivePlanInput;
  readonly tasks: ReadonlyMap<string, TaskModel>;
  readonly maxRetries: number;
  /** it may not run before somebody has said yes */
  readonly needsApproval: boolean;
}

/** The domain's figures. */
const MAX_RETRIES = { low: 1, medium: 2, high: 3, critical: 5 } as const;

export function planModel(plan: CognitivePlanInput): PlanModel {
  const dependencies = new Map(plan.tasks.map(({ task_id, dependencies }) => [task_id, dependencies ?? []]));
  const collect = (id: string, into: Set<string>): Set<string> => {
    for (const other of dependencies.get(id) ?? [])
      if (!into.has(other)) {
        into.add(other);
        collect(other, into);
      }
    return into;
  };
  const before = new Map(plan.tasks.map(({ task_id }) => [task_id, collect(task_id, new Set())]));
  const tasks = plan.tasks.map(({ task_id, compensation, delivery_mode }): [string, TaskModel] => [
    task_id,
    {
      task_id,
      before: before.get(task_id) ?? new Set(),
      after: new Set([...before].flatMap(([id, earlier]) => (earlier.has(task_id) ? [id] : []))),
      compensable: compensation !== undefined && compensation !== null,
      atMostOnce: delivery_mode === 'AT_MOST_ONCE',
    },
  ]);
  const approved = plan.approval_status === 'approved';
  return {
    plan,
    tasks: new Map(tasks),
    maxRetries: MAX_RETRIES[plan.risk_band],
    needsApproval: !approved && (plan.requires_approval === true || ['high', 'critical'].includes(plan.risk_band)),
  };
}
