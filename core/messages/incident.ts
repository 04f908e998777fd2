/** OrchestrationIncident: something a person should know of, and perhaps act on. */
import { z } from 'zod';
import { absent, epochMs } from './primitives.ts';

export const INCIDENT_TYPES = ['INCONSISTENCY', 'SLA_VIOLATION', 'TICKET_TIMEOUT', 'WORKER_FAILURE'] as const;
export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

export const orchestrationIncident = z
  .object({
    incident_id: z.uuid(),
    workflow_id: z.string().meta({ description: 'the plan it is about' }),
    incident_type: z.enum(INCIDENT_TYPES),
    severity: z.enum(SEVERITIES),
    details: z.array(z.string()),
    affected_tickets: z.array(z.string()),
    correlation_id: absent(z.string()),
    trace_id: z.string(),
    recommended_playbook: absent(z.string()),
    auto_remediation_enabled: absent(z.boolean()),
    escalation_required: absent(z.boolean()),
    created_at: epochMs,
    hash: z.string().meta({ description: 'SHA-256 of the rest as canonical JSON (RFC 8785)' }),
  })
  .meta({
    id: 'OrchestrationIncident',
    title: 'OrchestrationIncident',
    description: 'Something a person should know of, and perhaps act on',
  });
export type OrchestrationIncident = z.output<typeof orchestrationIncident>;
