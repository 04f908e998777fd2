import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCHEMAS_FOLDER, schemaFiles } from '../../../bin/schemas.ts';

const generated = schemaFiles();
const schemaOf = (name: string) => {
  const schema = JSON.parse(generated.get(`${name}.json`) ?? '{}');
  return schema.$defs?.[name] ?? schema;
};

describe('schemas/', () => {
  it('has exactly the schemas of the messages', () => {
    const present = readdirSync(SCHEMAS_FOLDER, { recursive: true }).map(String);
    expect(present.filter((path) => path.endsWith('.json')).sort()).toEqual([...generated.keys()].sort());
  });

  it.each([...generated])('%s is as the code says (if not: npm run schemas)', (path, text) => {
    expect(readFileSync(join(SCHEMAS_FOLDER, path), 'utf8')).toBe(text);
  });

  it('lets producers leave out what has a default and send null for what is optional', () => {
    const { required, properties } = schemaOf('CognitivePlan');
    expect(required).toContain('intent_id');
    for (const name of ['version', 'metadata', 'customer_tier', 'trace_id']) expect(required).not.toContain(name);
    expect(JSON.stringify(properties.trace_id)).toContain('"null"');
  });

  it('promises readers every field that is always there, and no null', () => {
    const { required, properties } = schemaOf('ExecutionTicket');
    expect(required).toEqual(expect.arrayContaining(['ticket_id', 'status', 'sla', 'schema_version']));
    expect(required).not.toContain('started_at');
    expect(JSON.stringify(properties)).not.toContain('"null"');
  });

  it('names the fields of an incident and of Flow C’s telemetry as the producers of today do', () => {
    expect(Object.keys(schemaOf('OrchestrationIncident').properties).sort()).toEqual(
      [
        'incident_id workflow_id incident_type severity details affected_tickets correlation_id trace_id',
        'recommended_playbook auto_remediation_enabled escalation_required created_at hash',
      ]
        .flatMap((names) => names.split(' '))
        .sort(),
    );
    expect(Object.keys(schemaOf('FlowCTelemetryEvent').properties).sort()).toEqual(
      [
        'event_type timestamp intent_id plan_id decision_id workflow_id correlation_id trace_id span_id step ticket_id',
        'task_type worker_id duration_ms status success sla_compliant ticket_ids error error_type metadata',
      ]
        .flatMap((names) => names.split(' '))
        .sort(),
    );
  });

  it('forbids nobody to send fields of their own', () => {
    for (const text of generated.values()) expect(text).not.toContain('"additionalProperties": false');
  });
});
