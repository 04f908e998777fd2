/** What operators' verbs have in common: find what they are about, see whether it is so already, write it once. */
import { HiveError } from '../errors.ts';
import { retryOnConflict } from '../ledger/retry.ts';
import type { VerbAnswer } from '../messages/monitoring-api.ts';
import { appendToPlan } from '../plan/append.ts';
import type { PlanEvent } from '../plan/events.ts';
import { PLAN_STANDS, plansThat } from '../plan/phase-words.ts';
import type { PlanPhaseName, PlanRecord } from '../plan/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ByOperator } from '../ticket/events.ts';
import { TICKET_STANDS } from '../ticket/phase-words.ts';
import type { TicketRecord } from '../ticket/state.ts';
import type { By } from './operations.ts';

/** A plan's timer that goes on with a verb, should its call die, leaves this long to the call itself, ms. */
export const GONE_ON_WITH_MS = 15_000;

export interface VerbDeps {
  ledger: Ledger;
  clock: Clock;
  sha256: Sha256;
}

/** Whom the ledger names: the caller as the edge knows it, and for whom it says to act. */
export function operatorOf(request: By<{ why: string; on_behalf_of?: string | undefined }>): ByOperator {
  const { by, why, on_behalf_of, authorization } = request;
  const named = on_behalf_of === undefined ? by : `${by} for ${on_behalf_of}`;
  return { by: named, why, ...(authorization !== undefined && { authorization }) };
}

/** @throws HiveError PLAN_UNKNOWN (404) */
export async function loadPlanOrThrow(ledger: Ledger, planId: string): Promise<PlanRecord> {
  const plan = await ledger.loadPlan(planId);
  if (plan === undefined)
    throw new HiveError('PLAN_UNKNOWN', `No plan has the id ${JSON.stringify(planId)}.`, { status: 404 });
  return plan;
}

export function wrongPlanPhase({ state }: PlanRecord, verb: string, allowed: readonly PlanPhaseName[]): HiveError {
  const { plan_id, phase } = state;
  return new HiveError(
    'PLAN_PHASE_WRONG',
    `Plan ${JSON.stringify(plan_id)} ${PLAN_STANDS[phase]}: one can ${verb} a plan that ${plansThat(allowed)}.`,
    { status: 409, detail: { plan_id, phase, allowed } },
  );
}

export function wrongTicketPhase({ state }: TicketRecord, verb: string, why: string): HiveError {
  const { ticket_id, phase } = state;
  return new HiveError(
    'TICKET_PHASE_WRONG',
    `Ticket ${ticket_id} ${TICKET_STANDS[phase]}: one cannot ${verb} it, ${why}.`,
    {
      status: 409,
      detail: { ticket_id, phase },
    },
  );
}

/**
 * Appends one event to a plan that is in one of `from`; a plan that is in `there` already stays as it is.
 * @throws HiveError PLAN_UNKNOWN (404) · PLAN_PHASE_WRONG (409)
 */
export function appendOnce(
  { ledger, clock, sha256 }: VerbDeps,
  planId: string,
  step: { verb: string; from: readonly PlanPhaseName[]; there: readonly PlanPhaseName[]; event: PlanEvent },
): Promise<VerbAnswer> {
  return retryOnConflict(clock, async () => {
    const plan = await loadPlanOrThrow(ledger, planId);
    const { phase } = plan.state;
    if (step.there.includes(phase)) return { id: planId, phase, changed: false };
    if (!step.from.includes(phase)) throw wrongPlanPhase(plan, step.verb, step.from);
    const write = appendToPlan(plan, step.event, clock.now(), sha256);
    await ledger.commit([write]);
    return { id: planId, phase: write.kind === 'append_plan' ? write.state.phase : phase, changed: true };
  });
}
