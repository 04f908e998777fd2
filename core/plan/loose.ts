/** As much of a malformed plan as can be read, so that what else is wrong with it is told in the same answer. */
import type { z } from 'zod';
import { type CognitivePlan, cognitivePlan, type PlanTask, planTask } from '../messages/cognitive-plan.ts';

/** What stands in for fields that cannot be read: values that no rule objects to. */
const PLAN: Omit<CognitivePlan, 'tasks'> = {
  plan_id: '(plan)',
  version: '1.0.0',
  intent_id: '(intent)',
  execution_order: [],
  risk_score: 0,
  risk_band: 'critical',
  risk_factors: {},
  explainability_token: '',
  reasoning_summary: '',
  status: 'approved',
  created_at: 0,
  complexity_score: 0,
  original_domain: 'TECHNICAL',
  original_priority: '',
  original_security_level: 'PUBLIC',
  metadata: {},
  requires_approval: false,
  is_destructive: false,
  destructive_tasks: [],
  schema_version: 1,
  customer_tier: 'silver',
  tenant_id: '(tenant)',
  on_failure: 'compensate',
};

const TASK: Omit<PlanTask, 'task_id'> = {
  task_type: '(type)',
  description: '',
  dependencies: [],
  required_capabilities: [],
  parameters: {},
  metadata: {},
};

/** Each field that is right is kept, each other one replaced. Never throws. */
export function readLoosely(raw: object): CognitivePlan {
  const { tasks } = raw as { tasks?: unknown };
  const readable: unknown[] = Array.isArray(tasks) ? tasks : [];
  const { tasks: _, ...header } = cognitivePlan.shape;
  return { ...fields(header, raw, PLAN), tasks: readable.map(readTask) };
}

function readTask(raw: unknown, index: number): PlanTask {
  const object = raw !== null && typeof raw === 'object' ? raw : {};
  const { dependencies } = object as { dependencies?: unknown };
  const ids: unknown[] = Array.isArray(dependencies) ? dependencies : [];
  const task = fields(planTask.shape, object, { ...TASK, task_id: `(task ${index})` });
  return { ...task, dependencies: ids.filter((id) => typeof id === 'string') };
}

function fields<T extends object>(shape: Readonly<Record<string, z.ZodType>>, raw: object, instead: T): T {
  const read = Object.entries(shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse((raw as Record<string, unknown>)[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data] as const] : [];
  });
  return { ...instead, ...Object.fromEntries(read) };
}
