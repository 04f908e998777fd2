/**
 * The way in (C1, C2): check, write the plan and its tickets, start the machine. Each step is committed before the
 * next and known again when repeated, so it may die anywhere and be called again, also five times at once.
 *
 *   PlanReceived ─▶ tickets ─▶ (PlanAwaitingApproval ─▶) PlanAccepted ─▶ StartExecution ─▶ PlanStarted
 */
import { forEachAtOnce } from '../at-once.ts';
import type { AssetFaults } from '../catalogue/asset-faults.ts';
import type { AssetsOf } from '../catalogue/assets-of-ticket.ts';
import { HiveError } from '../errors.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import type { Subject } from '../ledger/chain.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { PlanFault } from '../messages/bus-events.ts';
import type { CognitivePlan } from '../messages/cognitive-plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { PlanMachines } from '../ports/plan-machines.ts';
import type { PoliciesInForce } from '../ports/policies.ts';
import type { Timers } from '../ports/timers.ts';
import { createCancelTicket } from '../ticket/cancel.ts';
import { ticketIdOf } from '../ticket/ids.ts';
import { approvalReasons, deadlineOf, timeFaults } from './admission.ts';
import { createAdmit } from './admit.ts';
import { appendToPlan, createPlan, createRejection } from './append.ts';
import { checkPlan } from './check.ts';
import { type Compiled, compilePlan } from './compile/index.ts';
import type { PlanEvent } from './events.ts';
import { asksForReissue, fault } from './faults.ts';
import { limitFaults } from './limit-faults.ts';
import { PLAN_SETTINGS, type PlanSettings } from './limits.ts';
import { mintTickets } from './mint.ts';
import { nextLook } from './next-look.ts';
import type { RankPlan } from './rank-plan.ts';
import { createStartPlan } from './start.ts';
import { isPlanEnded, type PlanRecord } from './state.ts';
import { TICKETS_DIFFER, writeTickets } from './write-tickets.ts';

export interface AcceptPlanDeps {
  ledger: Ledger;
  machines: PlanMachines;
  timers: Timers;
  clock: Clock;
  sha256: Sha256;
  policies: PoliciesInForce;
  assetsOf: AssetsOf;
  settings?: PlanSettings;
  /** default: tickets go by the plan's own estimates */
  rankPlan?: RankPlan;
  /** default: no asset is looked up */
  assetFaults?: AssetFaults;
}

export type AcceptOutcome =
  | { outcome: 'running' | 'ended' | 'awaiting_approval'; plan_id: string }
  | { outcome: 'rejected'; digest: string; faults: readonly PlanFault[] };

const CANCELS_AT_ONCE = 8;

/** What makes two events the same plan: all it says but for its approval, which may come later. */
export function contentDigest(plan: CognitivePlan, sha256: Sha256): string {
  const { approval_status: _s, approved_by: _b, approved_at: _a, status: _t, ...content } = plan;
  return sha256(canonicalJson(content));
}

/** Names a rejected message; the same message is rejected once however often it comes. */
export const rejectionDigest = (raw: unknown, sha256: Sha256): string => sha256(canonicalJson(raw));

/** Takes the detail of a `CognitivePlanApproved`, whatever it is. Throws only when a store cannot be reached. */
export function createAcceptPlan(deps: AcceptPlanDeps) {
  const { ledger, timers, clock, sha256, settings = PLAN_SETTINGS, rankPlan, assetFaults } = deps;
  const startPlan = createStartPlan(deps);
  const cancelTicket = createCancelTicket(deps);
  const admit = createAdmit({ ...deps, settings });

  async function reject(raw: unknown, faults: readonly PlanFault[]): Promise<AcceptOutcome> {
    const digest = rejectionDigest(raw, sha256);
    const told = faults.slice(0, settings.max_faults_told);
    const event = {
      type: 'PlanRejected' as const,
      digest,
      reissue: asksForReissue(faults),
      faults: told,
      faults_total: faults.length,
    };
    await retryOnConflict(clock, async () => {
      if ((await ledger.loadRejection(digest)) !== undefined) return;
      await ledger.commit([createRejection(event, subjectOf(raw), clock.now(), sha256)]);
    });
    return { outcome: 'rejected', digest, faults };
  }

  /** The plan as the ledger has it, written first when it is new. A lost race says nothing: what counts is what is there. */
  async function receive(plan: CognitivePlan, content_digest: string): Promise<PlanRecord | undefined> {
    const { tasks, execution_order: _, ...header } = plan;
    const deadline = deadlineOf(plan, settings);
    // The swarm may have changed by the next time: what is minted goes by what this event says.
    const ranks = await rankPlan?.(plan, clock.now());
    const received = { header, content_digest, tickets: tasks.length, deadline, ...(ranks && { ranks }) };
    const event = { type: 'PlanReceived' as const, ...received };
    return retryOnConflict(clock, async () => {
      const there = await ledger.loadPlan(plan.plan_id);
      if (there !== undefined) return there;
      // Should this die before the plan is accepted, and nobody send it again, it fails at its deadline.
      await timers.set({ kind: 'plan', id: plan.plan_id, at: deadline });
      await ledger.commit([createPlan(event, clock.now(), sha256)]);
      return ledger.loadPlan(plan.plan_id);
    });
  }

  /** The tickets carry the gates that they were minted with: those that are there already must be the same. */
  async function mint(record: PlanRecord, plan: CognitivePlan, compiled: Compiled): Promise<boolean> {
    const specs = mintTickets(plan, compiled.gates, record.state.received_at, settings, sha256, record.ranks);
    try {
      await writeTickets(ledger, specs, sha256);
      return true;
    } catch (error) {
      if (!(error instanceof HiveError && error.code === TICKETS_DIFFER)) throw error;
      const reason =
        'CompilerChanged: another version took over in the middle of accepting the plan: send it under a new id';
      await commit(record, { type: 'PlanFailed', reason, failed_tasks: [] });
      return false;
    }
  }

  /** The plan ended while its tickets were being written: whoever ended it may not have seen them all. */
  const cancelMinted = ({ plan_id, tasks }: CognitivePlan): Promise<void> =>
    forEachAtOnce(tasks, CANCELS_AT_ONCE, ({ task_id }) =>
      cancelTicket(ticketIdOf(plan_id, task_id, sha256), 'the plan ended before it was accepted'),
    );

  const commit = (record: PlanRecord, event: PlanEvent): Promise<void> =>
    ledger.commit([appendToPlan(record, event, clock.now(), sha256)]);

  /** One step from where the plan stands; true when it has got as far as it can, or the faults that the policies find. */
  async function advance(
    record: PlanRecord,
    plan: CognitivePlan,
    compile: () => Compiled,
  ): Promise<boolean | readonly PlanFault[]> {
    const { phase, deadline } = record.state;
    if (phase === 'received' || phase === 'awaiting_approval') {
      const reasons = approvalReasons(plan, settings);
      if (reasons.length > 0 && phase === 'awaiting_approval') return true;
      const compiled = compile();
      const { shape } = compiled;
      // Before the tickets of a plan that may not run: what was allowed when it came may not be any more.
      const { authorization, faults } = await admit(plan, compiled, { deadline, starts: reasons.length === 0 });
      if (authorization === undefined) {
        const reason = `PolicyDenied: ${faults.map(({ message }) => message).join('; ')}`;
        if (phase === 'received') await commit(record, { type: 'PlanFailed', reason, failed_tasks: [] });
        return faults;
      }
      // A plan that waits for approval has its tickets.
      const minted = record.state.phase === 'awaiting_approval' && record.state.shape === shape;
      if (!minted && !(await mint(record, plan, compiled))) return true;
      if (reasons.length > 0) {
        await timers.set({ kind: 'plan', id: plan.plan_id, at: deadline });
        await commit(record, { type: 'PlanAwaitingApproval', reasons, shape, authorization });
        return true;
      }
      const approved = plan.approved_by === undefined ? {} : { approved_by: plan.approved_by };
      await timers.set({ kind: 'plan', id: plan.plan_id, at: nextLook(clock.now(), deadline) });
      await commit(record, { type: 'PlanAccepted', tickets: plan.tasks.length, shape, ...approved, authorization });
      return false;
    }
    // A redriven plan is started by whoever redrives it, and by its timer.
    if (record.state.phase === 'accepted' && record.state.redriven !== undefined) return true;
    await startPlan(record, compile);
    return true;
  }

  return async function acceptPlan(raw: unknown): Promise<AcceptOutcome> {
    const { plan, faults } = checkPlan(raw, settings);
    if (plan === undefined) return reject(raw, faults);
    const content_digest = contentDigest(plan, sha256);
    // Once at the most, and not at all for an event of a plan that is under way.
    let compiled: Compiled | undefined;
    const compile = (): Compiled => {
      compiled ??= compilePlan(plan.tasks, { sha256 });
      return compiled;
    };
    let record = await ledger.loadPlan(plan.plan_id);
    if (record === undefined) {
      const all = [...faults, ...timeFaults(plan, clock.now(), settings), ...((await assetFaults?.(plan)) ?? [])];
      if (all.length > 0) return reject(raw, all);
      const over = limitFaults(plan, compile(), settings);
      if (over.length > 0) return reject(raw, over);
      const denied = await admit(plan, compile(), { deadline: deadlineOf(plan, settings), starts: false });
      if (denied.authorization === undefined) return reject(raw, denied.faults);
      record = await receive(plan, content_digest);
    }
    if (record === undefined || record.state.content_digest !== content_digest) {
      const message = 'another plan with other content has this id: give each plan an id of its own';
      return reject(raw, [fault('PLAN_ID_REUSED', ['plan_id'], message)]);
    }
    if (record.state.phase === 'awaiting_approval') {
      // Approved at last, perhaps too late.
      const late = approvalReasons(plan, settings).length === 0 ? timeFaults(plan, clock.now(), settings) : [];
      if (faults.length + late.length > 0) return reject(raw, [...faults, ...late]);
    }
    const step = async () => {
      const current = await ledger.loadPlan(plan.plan_id);
      return current === undefined || (await advance(current, plan, compile));
    };
    let far = await retryOnConflict(clock, step);
    while (far === false) far = await retryOnConflict(clock, step);
    const state = await ledger.loadPlanState(plan.plan_id);
    if (state !== undefined && isPlanEnded(state) && !('accepted_at' in state)) await cancelMinted(plan);
    if (typeof far === 'object') return reject(raw, far);
    const waits = state === undefined || state.phase === 'awaiting_approval';
    const outcome = waits ? 'awaiting_approval' : isPlanEnded(state) ? 'ended' : 'running';
    return { outcome, plan_id: plan.plan_id };
  };
}

/** Whom a rejection is about, as far as the message lets itself be read. */
function subjectOf(raw: unknown): Subject {
  if (raw === null || typeof raw !== 'object') return {};
  const text = (name: string): string | undefined => {
    const value = (raw as Record<string, unknown>)[name];
    return typeof value === 'string' ? value.slice(0, 256).toWellFormed() : undefined;
  };
  return { plan_id: text('plan_id'), intent_id: text('intent_id'), correlation_id: text('correlation_id') };
}
