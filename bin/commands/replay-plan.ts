/** `hive replay`. */
import { sha256 } from '../../adapters/system/digest.ts';
import { checkPlan, createLoadPlanKept, type PlanKept, planAt } from '../../core/ledger/replay-plan.ts';
import type { Run } from '../support/command.ts';
import { refuse } from '../support/errors.ts';
import { EXIT } from '../support/exit-codes.ts';
import { connectHive } from '../support/hive-client.ts';
import type { Io } from '../support/io.ts';
import { summaryOf } from '../support/outcome.ts';
import { type PlanView, placesOf } from '../support/plan-view.ts';
import { renderPlan } from '../support/render-plan.ts';
import { differenceLines } from '../support/replay-view.ts';
import { stoodFor } from '../support/run-history.ts';
import type { TargetOptions } from '../support/target.ts';
import { count, plain, toJson } from '../support/text.ts';
import { timingOf } from '../support/timing.ts';
import { unknownPlan } from '../support/unknown.ts';

export interface ReplayOptions {
  /** epoch ms, given what time it is now */
  readonly at?: (now: number) => number;
  readonly json?: true;
}

export const replayPlan: Run<TargetOptions & ReplayOptions> = async (io, [planId = ''], options) => {
  const hive = await connectHive(options, io);
  try {
    const load = createLoadPlanKept(hive);
    const kept = await load(planId);
    if (kept === undefined) throw unknownPlan(planId);
    if (options.at !== undefined) return tellThen(planId, kept, options.at(io.now()), options, io);
    // A write that was under way looks like a difference: what is not one is gone at a second look.
    const again = checkPlan(kept, sha256).length > 0 ? await load(planId) : undefined;
    return tellReplay(planId, again ?? kept, options, io);
  } finally {
    hive.close();
  }
};

/** @returns the exit status: 0 when all adds up */
export function tellReplay(planId: string, kept: PlanKept, { json }: ReplayOptions, io: Io): number {
  const { plan, tickets, incidents } = kept;
  const found = checkPlan(kept, sha256);
  const all = [plan, ...tickets, ...incidents];
  const events = all.reduce((sum, { records }) => sum + records.length, 0);
  const counts = { tickets: tickets.length, incidents: incidents.length, events };
  if (json) io.stdout.write(`${toJson({ plan_id: planId, ...counts, differences: found })}\n`);
  else {
    const { bold, green, red } = io.stdout.color;
    const what = [
      ...[count(tickets.length, 'ticket'), ...(incidents.length > 0 ? [count(incidents.length, 'incident')] : [])],
      count(events, 'event'),
    ];
    const verdict =
      found.length === 0
        ? green('every chain is whole, every state is what its events lead to')
        : red(count(found.length, 'difference'));
    const lines = [`${bold(plain(planId))}  ${what.join(', ')}: ${verdict}`, ...differenceLines(found, kept)];
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return found.length === 0 ? EXIT.ok : EXIT.differs;
}

const COLUMNS = 120;

/** @param at epoch ms */
export function tellThen(planId: string, kept: PlanKept, at: number, { json }: ReplayOptions, io: Io): number {
  const then = planAt(kept, at);
  if (then.plan === undefined) {
    const first = kept.plan.records[0]?.at;
    const received = first === undefined ? '' : `; it was received at ${new Date(first).toISOString()}`;
    throw refuse('PLAN_NOT_YET', `at ${timeOf(at)} there was no plan ${plain(planId)} yet${received}`, {
      detail: { plan_id: planId, at, ...(first === undefined ? {} : { received_at: first }) },
    });
  }
  const states = new Map(then.tickets.map(({ state }) => [state.ticket_id, state]));
  const tickets = placesOf(then.tickets.map(({ spec }) => spec)).flatMap((place) => {
    const state = states.get(place.ticket_id);
    return state === undefined ? [] : [{ ...place, state }];
  });
  const view: PlanView = { plan: then.plan, tickets, at };
  const until = kept.plan.records.filter((record) => record.at <= at);
  const { isTTY, rows, columns, color } = io.stdout;
  const size = isTTY ? { columns, rows: rows - 2 } : { columns: COLUMNS, rows: Number.MAX_SAFE_INTEGER };
  const text = json
    ? toJson({ at, ...summaryOf(view, timingOf(view, { stoodMs: stoodFor(until, at) })) })
    : [color.gray(`as it stood at ${timeOf(at)}`), ...renderPlan(view, size, color)].join('\n');
  io.stdout.write(`${text}\n`);
  return EXIT.ok;
}

/** A time that no date can name is told as it is. */
const timeOf = (at: number): string => (Math.abs(at) > 8.64e15 ? String(at) : new Date(at).toISOString());
