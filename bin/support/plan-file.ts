/** A plan as a file brings it: a CognitivePlan, or a recorded workflow that is imported on the fly. */
import { basename } from 'node:path';
import { v7 } from 'uuid';
import type { PlanFault } from '../../core/messages/bus-events.ts';
import type { CognitivePlan } from '../../core/messages/cognitive-plan.ts';
import { checkPlan } from '../../core/plan/check.ts';
import { isMalformed } from '../../core/plan/faults.ts';
import { refuse } from './errors.ts';
import type { Io } from './io.ts';
import { parseDocument, readText } from './read-document.ts';
import { count, plain } from './text.ts';

export interface PlanFile {
  /** what would be sent */
  readonly raw: unknown;
  /** a well-formed DAG; whether it may run is what the faults tell */
  readonly plan: CognitivePlan;
  readonly faults: readonly PlanFault[];
}

/** @throws HiveError FILE_UNREADABLE, JSON_INVALID, PLAN_REFUSED (not well-formed), and what importing throws */
export async function readPlan(file: string, io: Io, imported: { planId?: string } = {}): Promise<PlanFile> {
  const text = await readText(file, io);
  const raw = isStg(text)
    ? await importGraph(text, file, io, imported)
    : await planOf(parseDocument(text, file), file, io, imported);
  const { plan, faults } = checkPlan(raw);
  if (plan === undefined) throw refused(faults);
  return { raw, plan, faults };
}

async function planOf(document: unknown, file: string, io: Io, imported: { planId?: string }): Promise<unknown> {
  if (!isRecording(document)) return document;
  io.stderr.write(`note: ${plain(file)} is a WfFormat document; imported on the fly\n`);
  return importRecording(document, file, io, imported);
}

/** A task graph of the Standard Task Graph set begins with a number alone on its line, which no JSON document of ours does. */
export const isStg = (text: string): boolean => /^\ufeff?\s*\d+\s*\r?\n\s*\d+\s+\d+/.test(text);

/** A unit of time in a task graph, ms. */
const STG_UNIT_MS = 1000;

/** The task graph as a plan of its own: its id is new each time. */
export async function importGraph(
  text: string,
  file: string,
  io: Io,
  options: { scale?: number; planId?: string } = {},
): Promise<unknown> {
  const { importStg } = await import('../../core/plan/import/stg.ts');
  const { scale = 1, planId = `${nameOf(file)}-${v7()}` } = options;
  return importStg(text, { unitMs: scale * STG_UNIT_MS, planId, createdAtMs: io.now() });
}

/** WfFormat has its tasks in `workflow.specification`; a plan has no member `workflow`. */
export function isRecording(document: unknown): boolean {
  const { workflow } = (document ?? {}) as { workflow?: { specification?: unknown } | null };
  return typeof workflow?.specification === 'object';
}

/** The recording as a plan of its own: its id is new each time. */
export async function importRecording(
  document: unknown,
  file: string,
  io: Io,
  options: { scale?: number; planId?: string } = {},
): Promise<unknown> {
  const { importWfformat } = await import('../../core/plan/import/wfformat.ts');
  const { scale = 1, planId = `${nameOf(file)}-${v7()}` } = options;
  return importWfformat(document, { scale, planId, createdAtMs: io.now() });
}

/** `runs/bwa small.json` → `bwa-small`: a plan's id names its execution, so only what a name takes. */
export function nameOf(file: string): string {
  const name = basename(file === '-' ? 'workflow' : file).replace(/\.(json|stg)$/i, '');
  return (
    name
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'workflow'
  );
}

/** Every fault, one a line: code, path, message. */
export function refused(faults: readonly PlanFault[], advice?: string) {
  const malformed = faults.some(isMalformed) ? 'is not well-formed' : 'may not run';
  const message = [`the plan ${malformed}, ${count(faults.length, 'fault')}:`, ...faults.map(faultLine)].join('\n');
  return refuse('PLAN_REFUSED', message, { detail: { faults }, ...(advice === undefined ? {} : { try: advice }) });
}

export const faultLine = ({ code, path, message }: PlanFault): string =>
  `${code} ${plain(path === '' ? '(plan)' : path)}: ${plain(message)}`;
