/**
 * How far a plan's timeline has been told: the version of each of its aggregates, so that nothing is missed or told twice
 * whatever clocks say. Tickets have no names in it, only places: those of the tasks are sorted by their ids, and the one that
 * undoes a task has that task's place, so it matters not in which order such tickets come into being.
 */
import type { Sha256 } from '../ports/digest.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteReader, readPacked, writePacked, writeVarint } from './packed-versions.ts';
import { cursorInvalid } from './page.ts';

export interface TimelinePosition {
  /** events of the plan itself that were told */
  readonly plan: number;
  /** by the tasks' places; empty until all of the plan's tickets are known */
  readonly tasks: readonly number[];
  /** of the tickets that undo, by the places of what they undo; empty until there is one */
  readonly undo: readonly number[];
}

export const TIMELINE_START: TimelinePosition = { plan: 0, tasks: [], undo: [] };

const FORMAT = 1;
const MARK_BYTES = 4;
/** No plan has as many tickets. */
const MAX_TICKETS = 1_000_000;

export function timelineCursor(planId: string, position: TimelinePosition, sha256: Sha256): string {
  const bytes = [FORMAT, ...markOf(planId, sha256)];
  writeVarint(bytes, position.plan);
  writeVarint(bytes, position.tasks.length);
  if (position.tasks.length > 0) writePacked(bytes, position.tasks);
  if (position.undo.length > 0) writePacked(bytes, position.undo);
  return toBase64Url(Uint8Array.from(bytes));
}

/** @throws HiveError CURSOR_INVALID for what is no cursor, or another plan's */
export function timelinePosition(planId: string, cursor: string | undefined, sha256: Sha256): TimelinePosition {
  if (cursor === undefined) return TIMELINE_START;
  const position = read(new ByteReader(fromBase64Url(cursor) ?? new Uint8Array()), markOf(planId, sha256));
  if (position === undefined) throw cursorInvalid();
  return position;
}

function read(reader: ByteReader, mark: readonly number[]): TimelinePosition | undefined {
  if (reader.byte() !== FORMAT || mark.some((byte) => reader.byte() !== byte)) return undefined;
  const plan = reader.varint();
  const count = reader.varint();
  if (plan === undefined || count === undefined || count > MAX_TICKETS) return undefined;
  const tasks = count === 0 ? [] : readPacked(reader, count);
  if (tasks === undefined) return undefined;
  const undo = count === 0 || reader.atEnd ? [] : readPacked(reader, count);
  return undo !== undefined && reader.atEnd ? { plan, tasks, undo } : undefined;
}

/** Tells one plan's cursor from another's. */
function markOf(planId: string, sha256: Sha256): number[] {
  const hex = sha256(`timeline:${planId}`);
  return Array.from({ length: MARK_BYTES }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}
