/** ExecutionTicket: one task of a plan as the outside sees it. */
import { z } from 'zod';
import { assetUses } from './asset-use.ts';
import {
  absent,
  deliveryMode,
  epochMs,
  priority,
  riskBand,
  schemaVersion,
  securityLevel,
  stringMap,
  taskType,
} from './primitives.ts';

export const TICKET_STATUSES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'COMPENSATING', 'COMPENSATED'] as const;
export const ticketStatus = z.enum(TICKET_STATUSES);
export type TicketStatus = z.infer<typeof ticketStatus>;

export const qos = z.object({
  delivery_mode: deliveryMode,
  consistency: z.enum(['EVENTUAL', 'STRONG']),
  durability: z.enum(['TRANSIENT', 'PERSISTENT']),
});
export type Qos = z.infer<typeof qos>;

export const executionTicket = z
  .object({
    ticket_id: z.uuid(),
    plan_id: z.string(),
    intent_id: z.string(),
    decision_id: absent(z.string()),
    correlation_id: absent(z.string()),
    trace_id: z.string(),
    span_id: absent(z.string()),
    task_id: z.string(),
    task_type: taskType,
    description: z.string(),
    dependencies: z.array(z.uuid()),
    status: ticketStatus,
    priority,
    risk_band: riskBand,
    sla: z.object({
      deadline: absent(epochMs).meta({ description: 'counts from when the ticket became ready; absent before' }),
      timeout_ms: z.int().positive(),
      max_retries: z.int().nonnegative(),
    }),
    qos,
    parameters: stringMap,
    required_capabilities: z.array(z.string()),
    security_level: securityLevel,
    created_at: epochMs,
    started_at: absent(epochMs),
    completed_at: absent(epochMs),
    estimated_duration_ms: z.int().positive(),
    actual_duration_ms: absent(z.int().nonnegative()),
    retry_count: z.int().nonnegative(),
    error_message: absent(z.string()),
    compensation_ticket_id: absent(z.uuid()),
    metadata: stringMap,
    assets: absent(assetUses),
    schema_version: schemaVersion,
  })
  .meta({ id: 'ExecutionTicket', title: 'ExecutionTicket', description: 'One task of a plan as the outside sees it' });
export type ExecutionTicket = z.output<typeof executionTicket>;
