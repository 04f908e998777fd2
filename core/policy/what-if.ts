/**
 * Decisions that are recorded, put to other policies: which of them would flip. Each question is built again from the
 * events and from what was kept with the decision; its digest says whether it is the same one.
 */
import type { PlanKept } from '../ledger/replay-plan.ts';
import type { PolicyEngine } from '../ports/policies.ts';
import type { TicketSpec } from '../ticket/state.ts';
import type { Authorization, Decision } from './decision.ts';
import { type Asked, askedOfPlan, askedOfTicket, type Question } from './questions.ts';

/** A decision as it is recorded. */
export interface Recorded {
  readonly aggregate: string;
  readonly version: number;
  /** epoch ms */
  readonly at: number;
  readonly plan_id: string;
  readonly task_id?: string | undefined;
  readonly question: Question;
  readonly authorization: Authorization;
}

export interface Flipped {
  readonly of: Recorded;
  readonly decision: Decision;
  /** false: the question cannot be built as it was asked; what it would be decided today is told */
  readonly same_question: boolean;
}

/** Those of one plan, in the order of its aggregates. Operators' verbs are not among them: their plans say what they led to. */
export function decisionsOf({ plan, tickets }: PlanKept): Recorded[] {
  const specs = tickets.flatMap(({ records }) =>
    records.flatMap(({ event }) => (event.type === 'TicketCreated' ? [event.spec] : [])),
  );
  const [received] = plan.records.flatMap(({ event }) => (event.type === 'PlanReceived' ? [event] : []));
  const own = specs.filter(({ compensates }) => compensates === undefined);
  const found: Recorded[] = [];
  for (const record of plan.records) {
    const { event } = record;
    const authorization = admittedBy(event);
    const asked = askedIn(authorization);
    if (asked === undefined || received === undefined) continue;
    const question = askedOfPlan(asked, received.header, own);
    found.push(recordedAs(record, received.header.plan_id, question, { authorization }));
  }
  for (const { records } of tickets) {
    const spec = specOf(records);
    if (spec === undefined) continue;
    for (const record of records) {
      const { event } = record;
      if (event.type !== 'TicketAssigned' && event.type !== 'TicketStarted' && event.type !== 'TokenExchanged')
        continue;
      const asked = askedIn(event.authorization);
      if (asked === undefined) continue;
      found.push({ ...recordedAs(record, spec.plan_id, askedOfTicket(asked, spec), event), task_id: spec.task_id });
    }
  }
  return found;
}

/** All that are recorded were allowed: those that would not be any more. */
export function flippedBy(recorded: readonly Recorded[], engine: PolicyEngine): Flipped[] {
  return recorded.flatMap((of) => {
    const decision = engine.decide(of.question);
    return decision.allowed ? [] : [{ of, decision, same_question: decision.inputs === of.authorization.inputs }];
  });
}

function recordedAs(
  { aggregate, version, at }: { aggregate: string; version: number; at: number },
  plan_id: string,
  question: Question,
  { authorization }: { readonly authorization?: Authorization | undefined },
): Recorded {
  return { aggregate, version, at, plan_id, question, authorization: authorization as Authorization };
}

/** The policies' word on the plan itself. */
function admittedBy(event: PlanKept['plan']['records'][number]['event']): Authorization | undefined {
  if (event.type === 'PlanRedriven') return event.admitted;
  return event.type === 'PlanAwaitingApproval' || event.type === 'PlanAccepted' ? event.authorization : undefined;
}

const askedIn = (authorization: Authorization | undefined): Asked | undefined =>
  authorization?.asked as Asked | undefined;

function specOf(records: PlanKept['tickets'][number]['records']): TicketSpec | undefined {
  const [first] = records;
  return first?.event.type === 'TicketCreated' ? first.event.spec : undefined;
}
