/** An export as files: one JSON document a line, so that it may be large and can be looked at with ordinary tools. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditExport, AuditFault, ExportedEvent, ExportedHead } from '../../core/audit/export.ts';
import { refuse } from './errors.ts';
import { parseJson } from './parse-json.ts';
import { fileReason } from './read-document.ts';

const FORMAT = 1;
const HEADS = 'heads.ndjson';
const EVENTS = 'events.ndjson';
const KEYS = 'keys.json';
const MANIFEST = 'manifest.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);
const tree = { size, root: hash };
const entry = z.object({ aggregate: z.string(), version: z.int().min(1), hash });
/** A line of the heads, as it is read; the rest of what it says is dropped. */
export const exportedHead = z.object({
  head: z.object({ log: z.string(), number: z.int().min(1), at: z.int(), ...tree, previous: z.object(tree) }),
  key_id: z.string(),
  signature: z.string(),
  entries: z.array(entry).optional(),
  consistency: z.array(hash).optional(),
});
const exportedEvent = z.object({
  // Whatever else it says is hashed as it is.
  record: z.looseObject({
    aggregate: z.string(),
    version: z.int().min(1),
    at: z.int(),
    subject: z.looseObject({}),
    event: z.looseObject({ type: z.string() }),
    prev_hash: z.string(),
    hash: z.string(),
  }),
  inclusion: z.object({ index: size, proof: z.array(hash) }).optional(),
});
const manifest = z.object({ format: z.literal(FORMAT), plan_id: z.string().optional() });

/** @throws HiveError FILE_UNWRITABLE where there is something already, or it cannot be written */
export function writeExport(folder: string, audit: AuditExport, exportedAt: number): void {
  const lines = (all: readonly unknown[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');
  const { heads, events, keys, plan_id } = audit;
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new Error('it is not empty');
    writeFileSync(join(folder, HEADS), lines(heads));
    writeFileSync(join(folder, EVENTS), lines(events));
    writeFileSync(join(folder, KEYS), `${JSON.stringify(keys, null, 2)}\n`);
    const about = { format: FORMAT, exported_at: new Date(exportedAt).toISOString(), plan_id };
    writeFileSync(join(folder, MANIFEST), `${JSON.stringify(about, null, 2)}\n`);
  } catch (cause) {
    const reason = fileReason(cause, 'there is no such folder');
    throw refuse('FILE_UNWRITABLE', `cannot write the export to ${folder}: ${reason}`, { cause });
  }
}

/** What could be read, and the lines that could not: whoever alters a file may leave anything. */
export interface ReadExport {
  readonly audit: AuditExport;
  readonly unreadable: readonly AuditFault[];
}

/** @throws HiveError FILE_UNREADABLE · EXPORT_UNREADABLE where manifest or keys are none */
export function readExport(folder: string): ReadExport {
  const text = (file: string): string => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch (cause) {
      const reason = fileReason(cause, 'there is no such file');
      throw refuse('FILE_UNREADABLE', `cannot read ${join(folder, file)}: ${reason}`, { cause });
    }
  };
  const unreadable: AuditFault[] = [];
  const lines = <T>(file: string, schema: z.ZodType): T[] =>
    text(file)
      .split('\n')
      .flatMap((line, nth) => {
        if (line === '') return [];
        const read = readAs<T>(schema, line);
        if ('value' in read) return [read.value];
        unreadable.push({ kind: 'line_unreadable', message: `${file}, line ${nth + 1}, is none: ${read.why}` });
        return [];
      });
  const whole = <T>(file: string, schema: z.ZodType): T => {
    const read = readAs<T>(schema, text(file));
    if ('value' in read) return read.value;
    throw refuse('EXPORT_UNREADABLE', `${file} is not as an export has it: ${read.why}`);
  };
  const { plan_id } = whole<z.output<typeof manifest>>(MANIFEST, manifest);
  const audit = {
    heads: lines<ExportedHead>(HEADS, exportedHead),
    events: lines<ExportedEvent>(EVENTS, exportedEvent),
    keys: whole<Record<string, string>>(KEYS, z.record(z.string(), z.string())),
    ...(plan_id !== undefined && { plan_id }),
  };
  return { audit, unreadable };
}

function readAs<T>(schema: z.ZodType, text: string): { readonly value: T } | { readonly why: string } {
  const document = parseJson(text);
  if (document === undefined) return { why: 'it is not JSON' };
  const parsed = schema.safeParse(document);
  if (parsed.success) return { value: parsed.data as T };
  const [issue] = parsed.error.issues;
  return { why: `${issue?.path.join('.') || '(all of it)'}: ${issue?.message}` };
}
