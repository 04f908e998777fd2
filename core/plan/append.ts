/** From an event to the write that appends it: the one place where plans' events are recorded. */
import { planAggregate, rejectionAggregate } from '../ledger/aggregate.ts';
import { GENESIS, type Head, record, type Subject } from '../ledger/chain.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { Write } from '../ports/ledger.ts';
import { traceIdOf } from '../ticket/ids.ts';
import type { PlanEvent, PlanRejected } from './events.ts';
import { reducePlan } from './reducer.ts';
import type { PlanHeader, PlanRecord, PlanState } from './state.ts';

const subjectOf = (header: PlanHeader, sha256: Sha256): Subject => ({
  plan_id: header.plan_id,
  intent_id: header.intent_id,
  correlation_id: header.correlation_id,
  trace_id: header.trace_id ?? traceIdOf(header.plan_id, sha256),
});

function append(
  before: { head: Head; state: PlanState | undefined; header: PlanHeader },
  event: PlanEvent,
  at: number,
  sha256: Sha256,
): Write {
  const { header } = before;
  const entry = { aggregate: planAggregate(header.plan_id), at, subject: subjectOf(header, sha256), event };
  const link = record(before.head, entry, sha256);
  return { kind: 'append_plan', records: [link], state: reducePlan(before.state, link) };
}

export const appendToPlan = (plan: PlanRecord, event: PlanEvent, at: number, sha256: Sha256): Write =>
  append(plan, event, at, sha256);

export const createPlan = (event: Extract<PlanEvent, { type: 'PlanReceived' }>, at: number, sha256: Sha256): Write =>
  append({ head: GENESIS, state: undefined, header: event.header }, event, at, sha256);

export function createRejection(event: PlanRejected, subject: Subject, at: number, sha256: Sha256): Write {
  const link = record(GENESIS, { aggregate: rejectionAggregate(event.digest), at, subject, event }, sha256);
  return { kind: 'append_rejection', records: [link] };
}
