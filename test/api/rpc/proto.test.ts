import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AgentViewSchema } from '../../../api/rpc/generated/neural_hive/v1/agent_pb.js';
import { VerbAnswerSchema } from '../../../api/rpc/generated/neural_hive/v1/common_pb.js';
import { IncidentViewSchema } from '../../../api/rpc/generated/neural_hive/v1/incident_pb.js';
import {
  PlanSummarySchema,
  PlanViewSchema,
  TimelinePageSchema,
} from '../../../api/rpc/generated/neural_hive/v1/plan_pb.js';
import { StrategyViewSchema } from '../../../api/rpc/generated/neural_hive/v1/strategy_pb.js';
import {
  AttemptViewSchema,
  TicketDetailSchema,
  TicketExplanationSchema,
  TicketResultSchema,
  TicketViewSchema,
} from '../../../api/rpc/generated/neural_hive/v1/ticket_pb.js';
import * as views from '../../../core/messages/monitoring-api.ts';
import { strategyView } from '../../../core/messages/strategy-api.ts';
import { ticketExplanation } from '../../../core/messages/ticket-explanation.ts';

const root = join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'hive-proto-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const bin = join(root, 'node_modules/.bin');
const buf = (...args: string[]) =>
  execFileSync(join(bin, 'buf'), args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  });

const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );

describe('the generated code', () => {
  it('is what npm run proto makes of the protocol', () => {
    buf('generate', 'api/proto', '--template', 'api/proto/buf.gen.yaml', '--output', scratch);
    expect(filesBelow(join(root, 'api/rpc/generated'))).toEqual(filesBelow(join(scratch, 'api/rpc/generated')));
  });

  it('comes of a protocol that buf finds nothing to say against', () => {
    buf('lint', 'api/proto');
    expect(buf('format', '--diff', 'api/proto')).toBe('');
  });
});

/** What a schema says of a member, as the protocol would: names, kinds, and whether it may be absent. */
type Shape = { [name: string]: string | Shape };
type JsonSchema = {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: object;
  items?: JsonSchema;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
};

/** The schema of what is sent, with every reference to a named schema replaced by what it names. */
function schemaOf(zod: z.ZodType): JsonSchema {
  const { $defs = {}, ...top } = z.toJSONSchema(zod, { io: 'output' }) as JsonSchema;
  const resolved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolved);
    if (value === null || typeof value !== 'object') return value;
    const named = $defs[(value as JsonSchema).$ref?.split('/').at(-1) ?? ''];
    return named
      ? resolved(named)
      : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member)]));
  };
  return resolved(top) as JsonSchema;
}

function shapeOfSchema(schema: JsonSchema): Shape {
  const required = new Set(schema.required);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, member]) => {
      const kind = kindOfSchema(member);
      // A list or a map has no absence of its own in the protocol: it is empty.
      const absent = typeof kind === 'string' && !/^(list|map)/.test(kind) && !required.has(name);
      return [name, absent ? `${kind}?` : kind];
    }),
  );
}

function kindOfSchema(schema: JsonSchema): string | Shape {
  if (schema.type === 'array') return flat('list', kindOfSchema(schema.items ?? {}));
  if (schema.properties && isCounts(schema)) return 'map of number';
  if (schema.properties) return shapeOfSchema(schema);
  if (schema.type === 'object') {
    const of = schema.additionalProperties;
    return typeof of === 'object' && of.type !== undefined ? flat('map', kindOfSchema(of)) : 'struct';
  }
  const type = schema.type ?? typeof (schema.const ?? schema.enum?.[0]);
  return type === 'integer' ? 'number' : type;
}

/** A count a word: as many members as the set has words. */
const isCounts = ({ properties = {} }: JsonSchema): boolean =>
  Object.keys(properties).every((name) => /^[A-Z]+$/.test(name));
const flat = (of: string, kind: string | Shape) => `${of} of ${typeof kind === 'string' ? kind : JSON.stringify(kind)}`;

const shapeOfMessage = (desc: DescMessage): Shape =>
  Object.fromEntries(
    desc.fields.map((field) => {
      const kind = kindOfField(field);
      const optional = typeof kind === 'string' && field.proto.proto3Optional;
      return [field.name, optional ? `${kind}?` : kind];
    }),
  );

function kindOfField(field: DescField): string | Shape {
  if (field.fieldKind === 'list') return flat('list', kindOf(field.message, field.scalar));
  if (field.fieldKind === 'map') return flat('map', kindOf(field.message, field.scalar));
  return kindOf(field.message, field.scalar);
}

/** Numbers of google.protobuf.FieldDescriptorProto.Type. */
const SCALARS: Record<number, string> = { 1: 'number', 3: 'number', 5: 'number', 8: 'boolean', 9: 'string' };

function kindOf(message: DescMessage | undefined, scalar: number | undefined): string | Shape {
  if (message === undefined) return SCALARS[scalar ?? 0] ?? `type ${scalar}`;
  return message.typeName === 'google.protobuf.Struct' ? 'struct' : shapeOfMessage(message);
}

const PAIRS: readonly (readonly [DescMessage, z.ZodType])[] = [
  [PlanSummarySchema, views.planSummary],
  [PlanViewSchema, views.planView],
  [TicketViewSchema, views.ticketView],
  [AttemptViewSchema, views.attemptView],
  [TicketResultSchema, views.ticketResult],
  [TicketExplanationSchema, ticketExplanation],
  [TimelinePageSchema, views.timelinePage],
  [AgentViewSchema, views.agentView],
  [IncidentViewSchema, views.incidentView],
  [StrategyViewSchema, strategyView],
  [VerbAnswerSchema, views.verbAnswer],
];

describe('the protocol says what the views say', () => {
  it.each(PAIRS.map(([desc, schema]) => [desc.name, desc, schema] as const))('%s', (_, desc, schema) => {
    expect(shapeOfMessage(desc)).toEqual(shapeOfSchema(schemaOf(schema)));
  });

  it('TicketDetail, whose facts are a message of their own', () => {
    const { ticket, ...rest } = shapeOfMessage(TicketDetailSchema);
    expect(ticket).toEqual(shapeOfMessage(TicketViewSchema));
    const { properties = {} } = schemaOf(views.ticketDetail);
    const own = Object.keys(properties).filter((name) => !(name in views.ticketView.shape));
    expect(Object.keys(rest).sort()).toEqual(own.sort());
  });

  it('a field that the views have and the protocol has not is noticed', () => {
    const grown = shapeOfSchema(schemaOf(z.object({ ...views.verbAnswer.shape, news: z.string() })));
    expect(grown).toEqual({ ...shapeOfMessage(VerbAnswerSchema), news: 'string' });
  });
});
