/** A person says yes or no to a plan that waits for approval; not the one who wrote it. */
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import { appendToPlan } from '../plan/append.ts';
import { type CancelOpenTicketsDeps, createCancelOpenTickets } from '../plan/cancel-open-tickets.ts';
import { nextLook } from '../plan/next-look.ts';
import type { StartPlan } from '../plan/start.ts';
import { isPlanLive, type PlanRecord } from '../plan/state.ts';
import type { Timers } from '../ports/timers.ts';
import type { AdmitAgain } from './admit-again.ts';
import type { Operations } from './operations.ts';
import { GONE_ON_WITH_MS, loadPlanOrThrow, operatorOf, type VerbDeps, wrongPlanPhase } from './verb.ts';

type Asked = { by: string; on_behalf_of?: string | undefined };

function requireAnother({ header }: PlanRecord, { by, on_behalf_of }: Asked): void {
  const author = (header.metadata.author ?? header.metadata.created_by)?.trim();
  // An ARN ends in the name: `arn:aws:iam::123456789012:user/ada`, `arn:aws:sts::…:assumed-role/role/ada`.
  const names = [by, by.split('/').at(-1), on_behalf_of];
  if (author === undefined || !names.some((name) => name?.trim() === author)) return;
  throw new HiveError('APPROVER_IS_AUTHOR', `${author} wrote this plan: another person approves or rejects it.`, {
    status: 403,
    detail: { plan_id: header.plan_id },
  });
}

/**
 * The plan's execution is started in the same call. The policies are asked again, as of a plan that an event approves.
 * @throws HiveError PLAN_UNKNOWN · PLAN_PHASE_WRONG · PLAN_EXPIRED · APPROVER_IS_AUTHOR · PLAN_DENIED: it goes on waiting
 */
export function createApprovePlan(
  deps: VerbDeps & { timers: Timers; startPlan: StartPlan; admitAgain: AdmitAgain },
): Operations['approvePlan'] {
  const { ledger, timers, clock, sha256, startPlan, admitAgain } = deps;
  return async (planId, request) => {
    const changed = await retryOnConflict(clock, async () => {
      const plan = await loadPlanOrThrow(ledger, planId);
      const { state } = plan;
      if (isPlanLive(state)) return false;
      if (state.phase !== 'awaiting_approval') throw wrongPlanPhase(plan, 'approve', ['awaiting_approval']);
      requireAnother(plan, request);
      const now = clock.now();
      requireTime(plan, now);
      const approval = { approved: true, approver: request.on_behalf_of ?? request.by };
      const authorization = await admitAgain(plan, { deadline: state.deadline, approval, starts: true });
      await timers.set({ kind: 'plan', id: planId, at: nextLook(now, state.deadline) });
      const { tickets, shape } = state;
      const operator = operatorOf(request);
      const event = { type: 'PlanAccepted' as const, tickets, shape, operator, authorization };
      await ledger.commit([appendToPlan(plan, event, now, sha256)]);
      return true;
    });
    await retryOnConflict(clock, async () => startPlan(await loadPlanOrThrow(ledger, planId)));
    return { id: planId, phase: (await loadPlanOrThrow(ledger, planId)).state.phase, changed };
  };
}

/** Its tickets are cancelled, by the plan's timer should this die. @throws HiveError PLAN_UNKNOWN · PLAN_PHASE_WRONG · APPROVER_IS_AUTHOR */
export function createRejectPlan(
  deps: VerbDeps & CancelOpenTicketsDeps & { timers: Timers },
): Operations['rejectPlan'] {
  const { ledger, timers, clock, sha256 } = deps;
  const cancelOpenTickets = createCancelOpenTickets(deps);
  return async (planId, request) => {
    const changed = await retryOnConflict(clock, async () => {
      const plan = await loadPlanOrThrow(ledger, planId);
      if (plan.state.phase === 'rejected') return false;
      if (plan.state.phase !== 'awaiting_approval') throw wrongPlanPhase(plan, 'reject', ['awaiting_approval']);
      requireAnother(plan, request);
      const event = { type: 'PlanApprovalRejected' as const, ...operatorOf(request) };
      const now = clock.now();
      await timers.set({ kind: 'plan', id: planId, at: now + GONE_ON_WITH_MS });
      await ledger.commit([appendToPlan(plan, event, now, sha256)]);
      return true;
    });
    const { state } = await loadPlanOrThrow(ledger, planId);
    await cancelOpenTickets(state, 'the plan was not approved');
    return { id: planId, phase: state.phase, changed };
  };
}

function requireTime({ header, state }: PlanRecord, now: number): void {
  const end = Math.min(state.deadline, header.valid_until ?? Number.POSITIVE_INFINITY);
  if (end > now) return;
  throw new HiveError('PLAN_EXPIRED', 'The plan is past its deadline or its validity: have it issued anew.', {
    status: 409,
    detail: { plan_id: header.plan_id, expired_at: end },
  });
}
