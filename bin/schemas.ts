/**
 * Writes the JSON Schemas (draft 2020-12) of all messages, and the Monitoring API's OpenAPI document, into schemas/:
 * `npx tsx bin/schemas.ts`. With `--check` it writes nothing and exits 1 when a file is not as the code says.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { openApiDocument } from '../api/rest/openapi.ts';
import * as api from '../core/messages/agent-api.ts';
import { BUS_EVENTS } from '../core/messages/bus-events.ts';
import { capacityDesired } from '../core/messages/capacity-desired.ts';
import { cognitivePlan } from '../core/messages/cognitive-plan.ts';
import { executionResult } from '../core/messages/execution-result.ts';
import { executionTicket } from '../core/messages/execution-ticket.ts';
import { flowCTelemetryEvent } from '../core/messages/flow-c-telemetry.ts';
import { orchestrationIncident } from '../core/messages/incident.ts';

export const SCHEMAS_FOLDER = join(import.meta.dirname, '../schemas');

/** What others send us: fields with a default may be left out, optional ones be null. */
const RECEIVED: Readonly<Record<string, z.ZodType>> = {
  CognitivePlan: cognitivePlan,
  ExecutionResult: executionResult,
  AgentRegistration: api.agentRegistration,
  AgentHeartbeatRequest: api.agentHeartbeatRequest,
  ClaimRequest: api.claimRequest,
  TicketHeartbeatRequest: api.ticketHeartbeatRequest,
  ReportRequest: api.reportRequest,
  HandBackRequest: api.handBackRequest,
};
/** What we send. */
const SENT: Readonly<Record<string, z.ZodType>> = {
  ExecutionTicket: executionTicket,
  OrchestrationIncident: orchestrationIncident,
  FlowCTelemetryEvent: flowCTelemetryEvent,
  AgentRegistered: api.agentRegistered,
  AgentRemoved: api.agentRemoved,
  AgentHeartbeatAnswer: api.agentHeartbeatAnswer,
  Assignment: api.assignment,
  Withdrawal: api.withdrawal,
  Reminder: api.reminded,
  AgentInbox: api.agentInbox,
  ClaimAnswer: api.claimAnswer,
  TicketHeartbeatAnswer: api.ticketHeartbeatAnswer,
  ReportAnswer: api.reportAnswer,
  HandBackAnswer: api.handBackAnswer,
  Problem: api.problem,
  ...Object.fromEntries(Object.entries(BUS_EVENTS).map(([type, schema]) => [join('bus', type), schema])),
  [join('bus', 'CapacityDesired')]: capacityDesired,
};

/** Every file below schemas/ by its path, with its text. */
export function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(RECEIVED)) files.set(`${name}.json`, textOf(name, schema, 'input'));
  for (const [name, schema] of Object.entries(SENT)) files.set(`${name}.json`, textOf(name, schema, 'output'));
  files.set('openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`);
  return files;
}

function textOf(name: string, schema: z.ZodType, io: 'input' | 'output'): string {
  const generated = z.toJSONSchema(schema, {
    io,
    // Readers take fields they do not know: messages may grow.
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const { $schema, id: _, ...rest } = generated;
  return `${JSON.stringify({ $schema, $id: `urn:neural-hive:schema:${name.replace('/', ':')}`, title: name.split('/').at(-1), ...rest }, null, 2)}\n`;
}

function main(check: boolean): void {
  const files = schemaFiles();
  const present = readdirSync(SCHEMAS_FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => relative(SCHEMAS_FOLDER, join(entry.parentPath, entry.name)));
  const stale = present.filter((path) => !files.has(path));
  const changed = [...files].filter(
    ([path, text]) => !present.includes(path) || readFileSync(join(SCHEMAS_FOLDER, path), 'utf8') !== text,
  );
  if (check) {
    for (const path of [...stale, ...changed.map(([name]) => name)])
      console.error(`schemas/${path} is not as the code says: run npm run schemas`);
    if (stale.length + changed.length > 0) process.exitCode = 1;
    return;
  }
  for (const path of stale) rmSync(join(SCHEMAS_FOLDER, path));
  for (const [path, text] of changed) {
    mkdirSync(dirname(join(SCHEMAS_FOLDER, path)), { recursive: true });
    writeFileSync(join(SCHEMAS_FOLDER, path), text);
  }
  console.log(`schemas/: ${files.size} files, ${changed.length} written, ${stale.length} deleted`);
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(SCHEMAS_FOLDER, { recursive: true });
  main(process.argv.includes('--check'));
}
