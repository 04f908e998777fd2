/** CognitivePlan: an approved DAG of tasks, as its producers put it on the bus (detail of `CognitivePlanApproved`). */
import { z } from 'zod';
import { assetUses } from './asset-use.ts';
import {
  absent,
  capability,
  customerTier,
  deliveryMode,
  epochMs,
  measure,
  memberName,
  riskBand,
  schemaVersion,
  spanId,
  stringMap,
  text,
  traceId,
  withDefault,
} from './primitives.ts';

export const onFailure = z.enum(['compensate', 'halt', 'continue']);
export type OnFailure = z.infer<typeof onFailure>;

export const planTask = z.object({
  task_id: z.string().min(1),
  task_type: z.string().min(1),
  description: withDefault(text, ''),
  dependencies: withDefault(z.array(z.string()), []),
  estimated_duration_ms: absent(z.int().positive()),
  required_capabilities: withDefault(z.array(capability), []),
  parameters: withDefault(stringMap, {}),
  metadata: withDefault(stringMap, {}),
  compensation: absent(z.object({ task_type: absent(text), parameters: stringMap })),
  delivery_mode: absent(deliveryMode),
  assets: absent(assetUses),
});
export type PlanTask = z.output<typeof planTask>;

export const cognitivePlan = z
  .object({
    plan_id: z.string().min(1),
    version: withDefault(z.string(), '1.0.0'),
    intent_id: z.string().min(1),
    decision_id: absent(z.string()),
    correlation_id: absent(z.string()),
    trace_id: absent(traceId),
    span_id: absent(spanId),
    tasks: z.array(planTask).min(1),
    execution_order: withDefault(z.array(z.string()), []),
    risk_score: measure.min(0).max(1),
    risk_band: riskBand,
    risk_factors: withDefault(z.record(memberName, measure.min(0).max(1)), {}),
    explainability_token: text,
    reasoning_summary: text,
    status: z.enum(['draft', 'validated', 'approved', 'rejected']),
    created_at: epochMs,
    valid_until: absent(epochMs),
    estimated_total_duration_ms: absent(z.int().nonnegative()),
    complexity_score: measure.min(0),
    original_domain: z.enum([
      'BUSINESS',
      'TECHNICAL',
      'SECURITY',
      'INFRASTRUCTURE',
      'BEHAVIOR',
      'OPERATIONAL',
      'COMPLIANCE',
    ]),
    original_priority: text,
    original_security_level: text,
    metadata: withDefault(stringMap, {}),
    requires_approval: withDefault(z.boolean(), false),
    approval_status: absent(z.enum(['pending', 'approved', 'rejected'])),
    approved_by: absent(text),
    approved_at: absent(epochMs),
    is_destructive: withDefault(z.boolean(), false),
    destructive_tasks: withDefault(z.array(text), []),
    risk_matrix: absent(z.record(memberName, measure)),
    schema_version: schemaVersion,
    customer_tier: withDefault(customerTier, 'silver'),
    tenant_id: withDefault(z.string().min(1), 'default'),
    on_failure: withDefault(onFailure, 'compensate'),
    deadline: absent(epochMs),
  })
  .meta({ id: 'CognitivePlan', title: 'CognitivePlan', description: 'An approved DAG of tasks' });
/** A plan whose structure is known to be right; whether it may run is for admission to say. */
export type CognitivePlan = z.output<typeof cognitivePlan>;
/** What a producer may send: optional fields may be absent or null. */
export type CognitivePlanInput = z.input<typeof cognitivePlan>;
