/** Plans as producers send them, and what follows from them, with only what a test is about spelled out. */
import { sha256 } from '../../adapters/system/digest.ts';
import type { CognitivePlan, CognitivePlanInput, PlanTask } from '../../core/messages/cognitive-plan.ts';
import { cognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { compilePlan } from '../../core/plan/compile/index.ts';
import { PLAN_SETTINGS } from '../../core/plan/limits.ts';
import { mintTickets } from '../../core/plan/mint.ts';
import type { TicketSpec } from '../../core/ticket/state.ts';

/** When tests happen: epoch ms. */
export const NOW = Date.UTC(2026, 5, 1, 12);

export type TaskInput = CognitivePlanInput['tasks'][number];

export const task = (task_id: string, changes: Partial<TaskInput> = {}): TaskInput => ({
  task_id,
  task_type: 'query',
  description: `does ${task_id}`,
  dependencies: [],
  estimated_duration_ms: 1000,
  required_capabilities: [],
  parameters: {},
  metadata: {},
  ...changes,
});

/** An admissible plan of one task. */
export const plan = (changes: Partial<CognitivePlanInput> = {}): CognitivePlanInput => ({
  plan_id: 'plan-1',
  version: '1.0.0',
  intent_id: 'intent-1',
  tasks: [task('a')],
  execution_order: (changes.tasks ?? [{ task_id: 'a' }]).map(({ task_id }) => task_id),
  risk_score: 0.2,
  risk_band: 'low',
  explainability_token: 'token-1',
  reasoning_summary: 'because',
  status: 'approved',
  created_at: NOW - 1000,
  complexity_score: 1,
  original_domain: 'TECHNICAL',
  original_priority: 'normal',
  original_security_level: 'internal',
  schema_version: 1,
  ...changes,
});

export const parsedPlan = (changes: Partial<CognitivePlanInput> = {}): CognitivePlan =>
  cognitivePlan.parse(plan(changes));

/** The tickets of a plan, as accepting it would mint them. */
export function ticketsOf(changes: Partial<CognitivePlanInput> = {}, createdAt: number = NOW): TicketSpec[] {
  const parsed = parsedPlan(changes);
  const { gates } = compilePlan(parsed.tasks, { sha256 });
  return mintTickets(parsed, gates, createdAt, PLAN_SETTINGS, sha256);
}

/** A task whose dependencies are its second argument. */
export const dependent = (task_id: string, ...dependencies: string[]): TaskInput => task(task_id, { dependencies });

export type { PlanTask };
