/** Predictions in the ledger, with what came of them: only what has ended is judged. */
import type { Recorded } from '../ledger/chain.ts';
import type { PlanEvent } from '../plan/events.ts';
import type { TicketEvent } from '../ticket/events.ts';
import type { Covered, Judged } from './calibration.ts';

/**
 * Each run of a plan by its first prediction: whether it was completed by its deadline. One that an operator gave up is not
 * judged: nobody predicts that.
 * @param events of one plan, oldest first
 */
export function judgePlan(events: readonly Recorded<PlanEvent>[]): Judged[] {
  const judged: Judged[] = [];
  let predicted: number | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  const came = (happened: boolean) => {
    if (predicted !== undefined) judged.push({ predicted, happened });
    predicted = undefined;
    deadline = Number.NEGATIVE_INFINITY;
  };
  for (const { event, at } of events)
    switch (event.type) {
      case 'PlanReceived':
      case 'PlanRedriven':
        predicted = undefined;
        deadline = event.deadline;
        break;
      case 'PlanPredicted':
      case 'SlaAtRisk':
        if (deadline !== Number.NEGATIVE_INFINITY) predicted ??= event.probability;
        break;
      case 'PlanCompleted':
        came(at <= deadline);
        break;
      case 'SlaViolated':
      case 'PlanFailed':
      case 'PlanHalted':
        came(false);
        break;
      case 'PlanCompensating':
        if (event.operator === undefined) came(false);
        else predicted = undefined;
        break;
      case 'PlanCancelled':
        predicted = undefined;
        break;
    }
  return judged;
}

export interface JudgedAttempts {
  /** that attempts fail */
  readonly failures: readonly Judged[];
  /** of those that succeeded */
  readonly durations: readonly Covered[];
}

const RAN: readonly string[] = ['reported', 'lease_expired', 'attempt_timeout'];

/** Each attempt by what its assignment predicted. @param events of one ticket, oldest first */
export function judgeTicket(events: readonly Recorded<TicketEvent>[]): JudgedAttempts {
  const failures: Judged[] = [];
  const durations: Covered[] = [];
  let predicted: { p50_ms: number; p90_ms: number; failure: number } | undefined;
  for (const { event } of events) {
    if (event.type === 'TicketAssigned') predicted = event.explanation.predicted;
    if (predicted === undefined) continue;
    const failed = event.type === 'AttemptFailed' || event.type === 'TicketFailed' || event.type === 'TicketEscalated';
    if (failed && RAN.includes(event.cause)) failures.push({ predicted: predicted.failure, happened: true });
    if (event.type === 'TicketCompleted') {
      failures.push({ predicted: predicted.failure, happened: false });
      durations.push({ actual_ms: event.duration_ms, p50_ms: predicted.p50_ms, p90_ms: predicted.p90_ms });
    }
    if (failed || event.type === 'TicketCompleted') predicted = undefined;
  }
  return { failures, durations };
}
