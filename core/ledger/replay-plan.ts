/** A plan with all that belongs to it (its tickets, those that undo them, its incidents), replayed from the events. */
import { forEachAtOnce } from '../at-once.ts';
import { type IncidentEvent, type IncidentState, reduceIncident } from '../incident/incident.ts';
import type { PlanEvent } from '../plan/events.ts';
import { reducePlan } from '../plan/reducer.ts';
import type { PlanState } from '../plan/state.ts';
import type { Sha256 } from '../ports/digest.ts';
import type { LedgerHistory } from '../ports/ledger-history.ts';
import type { TicketEvent } from '../ticket/events.ts';
import { reduceTicket } from '../ticket/reducer.ts';
import type { TicketSpec, TicketState } from '../ticket/state.ts';
import { incidentAggregate, planAggregate, ticketAggregate } from './aggregate.ts';
import { type Difference, differences, type Kept, recordsUntil, replayAggregate } from './replay.ts';

/** A plan's aggregates as they lie in the store. */
export interface PlanKept {
  readonly plan: Kept<PlanEvent, PlanState>;
  readonly tickets: readonly Kept<TicketEvent, TicketState>[];
  readonly incidents: readonly Kept<IncidentEvent, IncidentState>[];
  /** aggregates that are named, but of which nothing is kept */
  readonly missing: readonly string[];
}

const READS_AT_ONCE = 16;

export interface LoadPlanKeptDeps {
  readonly history: LedgerHistory;
  readonly reader: { listTicketIds(planId: string): Promise<string[]> };
}

/** Resolves to undefined when there is no such plan. */
export function createLoadPlanKept({ history, reader }: LoadPlanKeptDeps) {
  return async function loadPlanKept(planId: string): Promise<PlanKept | undefined> {
    const plan = (await history.loadKept(planAggregate(planId))) as PlanKept['plan'] | undefined;
    if (plan === undefined) return undefined;
    const missing: string[] = [];
    async function loadAll<K extends Kept>(aggregates: readonly string[]): Promise<K[]> {
      const found = new Map<string, K>();
      await forEachAtOnce(aggregates, READS_AT_ONCE, async (aggregate) => {
        const kept = await history.loadKept(aggregate);
        if (kept !== undefined) found.set(aggregate, kept as K);
      });
      missing.push(...aggregates.filter((aggregate) => !found.has(aggregate)));
      return aggregates.flatMap((aggregate) => found.get(aggregate) ?? []);
    }
    const ids = await reader.listTicketIds(planId);
    const tickets = await loadAll<PlanKept['tickets'][number]>(ids.map(ticketAggregate));
    const incidents = await loadAll<PlanKept['incidents'][number]>(incidentsNamed([plan, ...tickets]));
    return { plan, tickets, incidents, missing };
  };
}

function incidentsNamed(all: readonly Kept[]): string[] {
  const ids = all.flatMap(({ records }) =>
    records.flatMap(({ event }) => ('incident_id' in event ? [String(event.incident_id)] : [])),
  );
  return [...new Set(ids)].sort().map(incidentAggregate);
}

/** Everything that does not add up; empty when each state is what its events lead to and nothing is missing. */
export function checkPlan({ plan, tickets, incidents, missing }: PlanKept, sha256: Sha256): Difference[] {
  const found = [
    ...differences(plan, reducePlan, sha256),
    ...tickets.flatMap((ticket) => differences(ticket, reduceTicket, sha256)),
    ...incidents.flatMap((incident) => differences(incident, reduceIncident, sha256)),
  ];
  for (const aggregate of missing)
    found.push({ aggregate, kind: 'missing', message: 'it is named elsewhere, and nothing is kept of it' });
  const there = tickets.filter((ticket) => specOf(ticket)?.compensates === undefined).length;
  const said = replayAggregate(plan.records, reducePlan).state;
  // What has a shape had all of its tickets written before.
  if (said !== undefined && 'shape' in said && said.shape !== undefined && there !== said.tickets)
    found.push({
      ...{ aggregate: plan.aggregate, kind: 'missing', kept: there, rebuilt: said.tickets },
      message: `the plan has ${said.tickets} tickets, and ${there} are there`,
    });
  return found;
}

/** A plan as it stood. */
export interface PlanThen {
  /** undefined: it was not there yet */
  readonly plan: PlanState | undefined;
  /** those that were minted by then */
  readonly tickets: readonly { readonly spec: TicketSpec; readonly state: TicketState }[];
}

/** @param at epoch ms */
export function planAt({ plan, tickets }: Pick<PlanKept, 'plan' | 'tickets'>, at: number): PlanThen {
  return {
    plan: replayAggregate(recordsUntil(plan.records, at), reducePlan).state,
    tickets: tickets.flatMap((ticket) => {
      const spec = specOf(ticket);
      const { state } = replayAggregate(recordsUntil(ticket.records, at), reduceTicket);
      return spec === undefined || state === undefined ? [] : [{ spec, state }];
    }),
  };
}

function specOf({ records }: Kept<TicketEvent, TicketState>): TicketSpec | undefined {
  const created = records[0]?.event;
  return created?.type === 'TicketCreated' ? created.spec : undefined;
}
