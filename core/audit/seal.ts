/**
 * Puts what was committed since the last head into the log, signs the new head and keeps both where nothing can be
 * changed. May die between any two lines, and run twice at once: a head's number is taken by the first that puts it, and
 * whoever comes next takes over what is there.
 *
 *   pending batches ─▶ signed head, put once ─▶ LogSealed ─▶ batches removed
 */

import { HiveError } from '../errors.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import { record } from '../ledger/chain.ts';
import { isConflict } from '../ledger/retry.ts';
import type { HeadSigner, PendingLog, SealedLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import { type LogBatch, textOf } from './entry.ts';
import { type Frontier, grow, isWhole, NO_ENTRIES, treeOf } from './frontier.ts';
import { type LogHead, type SealedHead, sameTree, signedText } from './head.ts';
import type { Merkle } from './merkle.ts';

export const LOG_AGGREGATE = 'AUDIT#log';

export interface LogSealed {
  readonly type: 'LogSealed';
  readonly number: number;
  readonly size: number;
  readonly root: string;
  readonly entries: number;
}

/** How far the log is. */
export interface LogState {
  readonly number: number;
  readonly frontier: Frontier;
  /** epoch ms of the last head */
  readonly at: number;
  /** of the last head: they may be pending still */
  readonly batches: readonly string[];
}

export interface SealSettings {
  readonly log: string;
  /** batches a head, at most: a head is one object */
  readonly max_batches: number;
  /** heads in one go */
  readonly max_heads: number;
  /** With nothing new, a head as old as this is followed by another: silence is told from being stopped. ms */
  readonly idle_ms: number;
}

export const SEAL_SETTINGS: Omit<SealSettings, 'log'> = { max_batches: 500, max_heads: 20, idle_ms: 3_600_000 };

export interface SealLogDeps {
  ledger: Ledger;
  pending: PendingLog;
  sealed: SealedLog;
  signer: HeadSigner;
  merkle: Merkle;
  clock: Clock;
  sha256: Sha256;
  settings: SealSettings;
}

const NOTHING: LogState = { number: 0, frontier: NO_ENTRIES, at: 0, batches: [] };

const forked = (what: string, number: number): HiveError =>
  new HiveError('LOG_FORKED', `${what}: see the runbook, "AuditLogErrors".`, { status: 500, detail: { number } });

export interface Sealed {
  readonly heads: number;
  readonly entries: number;
  /** entries of the whole log */
  readonly size: number;
}

/** @throws HiveError LOG_FORKED (500): the ledger does not say what the last head says, or a head is kept that does not follow on it */
export function createSealLog(deps: SealLogDeps) {
  const { ledger, pending, sealed, signer, merkle, clock, sha256, settings } = deps;

  async function nextHead(state: LogState, batches: readonly LogBatch[], at: number): Promise<SealedHead> {
    const entries = batches.flatMap((batch) => batch.entries);
    const tree = treeOf(merkle, grow(merkle, state.frontier, leavesOf(entries)));
    const previous = treeOf(merkle, state.frontier);
    const head: LogHead = { log: settings.log, number: state.number + 1, at, ...tree, previous };
    const signed = await signer.sign(signedText(head));
    return { head, ...signed, batches: batches.map(({ id }) => id), entries };
  }

  const leavesOf = (entries: SealedHead['entries']) => entries.map((entry) => merkle.leaf(textOf(entry)));

  const isOurs = async ({ head, signature }: SealedHead): Promise<boolean> =>
    head.log === settings.log && (await signer.hasSigned(signedText(head), signature));

  /**
   * The head that `state` is of; undefined where there is none yet. What others may have written to the table is neither
   * signed on top of nor believed about what is sealed: the head is.
   */
  async function lastOf(state: LogState): Promise<SealedHead | undefined> {
    const last = state.number === 0 ? undefined : await sealed.get(state.number);
    const isOfLast =
      (last?.head.number ?? 0) === state.number &&
      isWhole(state.frontier) &&
      sameTree(last?.head ?? treeOf(merkle, NO_ENTRIES), treeOf(merkle, state.frontier)) &&
      canonicalJson(last?.batches ?? []) === canonicalJson(state.batches);
    if (isOfLast && (last === undefined || (await isOurs(last)))) return last;
    throw forked(`The ledger does not say of head ${state.number} of the log what the bucket keeps`, state.number);
  }

  /** What follows on `state` once this head is kept. */
  async function after(state: LogState, kept: SealedHead): Promise<LogState> {
    const { head, batches, entries } = kept;
    const frontier = grow(merkle, state.frontier, leavesOf(entries));
    const follows =
      head.number === state.number + 1 &&
      sameTree(head.previous, treeOf(merkle, state.frontier)) &&
      sameTree(head, treeOf(merkle, frontier)) &&
      (await isOurs(kept));
    if (follows) return { number: head.number, frontier, at: head.at, batches };
    throw forked(
      `Head ${state.number + 1} of the log does not follow on head ${state.number}, or is not ours`,
      state.number + 1,
    );
  }

  /** Without those of the last head, which somebody who died left behind. */
  async function unsealed(last: SealedHead | undefined): Promise<readonly LogBatch[]> {
    const listed = await pending.list(settings.max_batches);
    return last === undefined ? listed : await withoutSealed(listed, last);
  }

  /** Removes of `listed` what the head has, all of it: no batch goes because it is named alone. @returns the rest */
  async function withoutSealed(listed: readonly LogBatch[], { batches, entries }: SealedHead): Promise<LogBatch[]> {
    const named = new Set(batches);
    const has = new Set(entries.map(textOf));
    const isSealed = (batch: LogBatch) => named.has(batch.id) && batch.entries.every((entry) => has.has(textOf(entry)));
    const gone = listed.filter(isSealed);
    if (gone.length > 0) await pending.remove(gone.map(({ id }) => id));
    return listed.filter((batch) => !gone.includes(batch));
  }

  /** One head; undefined where there is nothing to seal. */
  async function sealOne(): Promise<SealedHead | undefined> {
    const standing = await ledger.loadState<LogState>(LOG_AGGREGATE);
    const state = standing?.state ?? NOTHING;
    const last = await lastOf(state);
    const batches = await unsealed(last);
    // Kept by somebody who died before it was recorded, or who is about to.
    const there = await sealed.get(state.number + 1);
    const now = clock.now();
    if (there === undefined && batches.length === 0 && (last === undefined || now - last.head.at < settings.idle_ms))
      return undefined;
    const made = there ?? (await nextHead(state, batches, now));
    const kept = there !== undefined || (await sealed.put(made)) ? made : await sealed.get(state.number + 1);
    if (kept === undefined) throw new HiveError('TRY_AGAIN', 'A head was put and cannot be read yet.', { status: 503 });
    const next = await after(state, kept);
    const { number, size, root } = kept.head;
    const event: LogSealed = { type: 'LogSealed', number, size, root, entries: kept.entries.length };
    const head = standing?.head ?? { version: 0, hash: '0'.repeat(64) };
    const link = record(head, { aggregate: LOG_AGGREGATE, at: now, subject: {}, event }, sha256);
    await ledger.commit([{ kind: 'append', records: [link], state: next }]);
    await withoutSealed(batches, kept);
    return kept;
  }

  return async function sealLog(): Promise<Sealed> {
    let [heads, entries, size] = [0, 0, 0];
    while (heads < settings.max_heads) {
      try {
        const made = await sealOne();
        if (made === undefined) break;
        heads++;
        entries += made.entries.length;
        size = made.head.size;
        if (made.entries.length === 0) break;
      } catch (error) {
        // Another one of us has sealed it.
        if (!isConflict(error)) throw error;
        heads++;
      }
    }
    return { heads, entries, size };
  };
}
