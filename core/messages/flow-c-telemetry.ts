/** FlowCTelemetryEvent: what one step of a plan's way (Flow C) did, and how long it took. */
import { z } from 'zod';
import { absent, epochMs, stringMap, taskType } from './primitives.ts';

export const FLOW_C_EVENT_TYPES = [
  'FLOW_C_STARTED',
  'STEP_STARTED',
  'STEP_COMPLETED',
  'STEP_FAILED',
  'TICKET_ASSIGNED',
  'TICKET_COMPLETED',
  'TICKET_FAILED',
  'FLOW_C_COMPLETED',
  'SLA_VIOLATION',
] as const;
/** C1 validate · C2 tickets · C3 allocate · C4 execute · C5 consolidate · C6 telemetry */
export const FLOW_C_STEPS = ['C1', 'C2', 'C3', 'C4', 'C5', 'C6'] as const;

export const flowCTelemetryEvent = z
  .object({
    event_type: z.enum(FLOW_C_EVENT_TYPES),
    timestamp: epochMs,
    intent_id: z.string(),
    plan_id: z.string(),
    decision_id: absent(z.string()),
    workflow_id: absent(z.string()),
    correlation_id: absent(z.string()),
    trace_id: absent(z.string()),
    span_id: absent(z.string()),
    step: absent(z.enum(FLOW_C_STEPS)),
    ticket_id: absent(z.string()),
    task_type: absent(taskType),
    worker_id: absent(z.string()),
    duration_ms: absent(z.int().nonnegative()),
    status: absent(z.string()),
    success: absent(z.boolean()),
    sla_compliant: absent(z.boolean()),
    ticket_ids: absent(z.array(z.string())),
    error: absent(z.string()),
    error_type: absent(z.string()),
    metadata: absent(stringMap),
  })
  .meta({
    id: 'FlowCTelemetryEvent',
    title: 'FlowCTelemetryEvent',
    description: 'What one step of a plan’s way did, correlated by intent_id',
  });
export type FlowCTelemetryEvent = z.output<typeof flowCTelemetryEvent>;
