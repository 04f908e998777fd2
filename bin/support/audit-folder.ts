/** An export as files: one JSON document a line, so that it may be large and can be looked at with ordinary tools. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditExport, ExportedEvent, ExportedHead } from '../../core/audit/export.ts';
import { refuse } from './errors.ts';
import { fileReason, parseDocument } from './read-document.ts';

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

/** @throws HiveError FILE_UNREADABLE, JSON_INVALID, MESSAGE_INVALID */
export function readExport(folder: string): AuditExport {
  const text = (file: string): string => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch (cause) {
      throw refuse(
        'FILE_UNREADABLE',
        `cannot read ${join(folder, file)}: ${fileReason(cause, 'there is no such file')}`,
        {
          cause,
        },
      );
    }
  };
  const lines = <T>(file: string, schema: z.ZodType): T[] =>
    text(file)
      .split('\n')
      .flatMap((line, nth) => (line === '' ? [] : [checked<T>(schema, line, `${file}, line ${nth + 1}`)]));
  const { plan_id } = checked<z.output<typeof manifest>>(manifest, text(MANIFEST), MANIFEST);
  return {
    heads: lines<ExportedHead>(HEADS, exportedHead),
    events: lines<ExportedEvent>(EVENTS, exportedEvent),
    keys: checked<Record<string, string>>(z.record(z.string(), z.string()), text(KEYS), KEYS),
    ...(plan_id !== undefined && { plan_id }),
  };
}

function checked<T>(schema: z.ZodType, text: string, where: string): T {
  const parsed = schema.safeParse(parseDocument(text, where));
  if (parsed.success) return parsed.data as T;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') || '(all of it)';
  throw refuse('MESSAGE_INVALID', `${where} is no line of an export: ${path}: ${issue?.message}`);
}
