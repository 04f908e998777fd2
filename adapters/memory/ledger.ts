/** The ledger in memory: for simulations and tests, with the conditions and limits of the one on DynamoDB. */
import { HiveError } from '../../core/errors.ts';
import type { IncidentEvent, IncidentState } from '../../core/incident/incident.ts';
import type { Aggregate } from '../../core/ledger/aggregate.ts';
import type { DomainEvent, Recorded } from '../../core/ledger/chain.ts';
import { COMMIT_CONFLICT } from '../../core/ledger/retry.ts';
import type { PlanEvent } from '../../core/plan/events.ts';
import { planRecord } from '../../core/plan/record.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { Ledger, Listed, Standing, Write } from '../../core/ports/ledger.ts';
import type { StrategyState } from '../../core/schedule/strategy/choice.ts';
import type { HealthEvent, HealthState } from '../../core/swarm/health/state.ts';
import type { TicketEvent } from '../../core/ticket/events.ts';
import { ticketRecord } from '../../core/ticket/record.ts';
import type { TicketState } from '../../core/ticket/state.ts';
import * as keys from './keys.ts';
import type { MemoryItem, MemoryTable } from './table.ts';
import { operationsOf } from './writes.ts';

export function createMemoryLedger(table: MemoryTable): Ledger {
  const listedUnder = <S>(under: string): Listed<S>[] =>
    table
      .scan('')
      .flatMap(({ item }) => {
        const listed = item.listed as { under: string; by: string } | undefined;
        return listed?.under === under ? [{ by: listed.by, state: item.state as S }] : [];
      })
      .sort((a, b) => (a.by < b.by ? 1 : -1));

  function aggregate<E extends { type: string }, S>(pk: string): (Aggregate<E, S> & { item: MemoryItem }) | undefined {
    const items = table.query(pk);
    const state = items.find(({ sk }) => sk === keys.STATE)?.item;
    if (state === undefined) return undefined;
    return {
      head: { version: state.version as number, hash: state.hash as string },
      state: state.state as S,
      records: items.filter(({ sk }) => sk !== keys.STATE).map(({ item }) => item.record as Recorded<E>),
      item: state,
    };
  }

  function standingAt<S>(pk: string): Standing<S> | undefined {
    const item = table.get({ pk, sk: keys.STATE });
    return item && { head: { version: item.version as number, hash: item.hash as string }, state: item.state as S };
  }

  const statesAt = <S>(prefix: string): S[] =>
    table
      .scan(prefix)
      .filter(({ sk }) => sk === keys.STATE)
      .map(({ item }) => item.state as S);

  return {
    async loadTicket(ticketId) {
      const found = aggregate<TicketEvent, TicketState>(keys.ticketKey(ticketId));
      return found && ticketRecord(found, found.item);
    },

    async loadTicketStates(ticketIds) {
      return ticketIds.flatMap((id) => {
        const item = table.get({ pk: keys.ticketKey(id), sk: keys.STATE });
        return item === undefined ? [] : [item.state as TicketState];
      });
    },

    async loadPlan(planId) {
      const found = aggregate<PlanEvent, PlanState>(keys.planKey(planId));
      return found && planRecord(found);
    },

    async loadPlanState(planId) {
      return table.get({ pk: keys.planKey(planId), sk: keys.STATE })?.state as PlanState | undefined;
    },

    async loadRejection(digest) {
      return table.get({ pk: keys.rejectionKey(digest), sk: keys.eventSort(1) })?.record as Recorded | undefined;
    },

    async loadIncident(incidentId) {
      const found = aggregate<IncidentEvent, IncidentState>(keys.incidentKey(incidentId));
      return found && { head: found.head, state: found.state };
    },

    async loadHealth(agentId) {
      const found = aggregate<HealthEvent, HealthState>(keys.healthKey(agentId));
      return found && { head: found.head, state: found.state };
    },

    loadStrategy: async () => standingAt<StrategyState>(keys.STRATEGY_KEY),

    async loadAggregate<E extends DomainEvent, S>(pk: string) {
      const found = aggregate<E, S>(pk);
      return found && { head: found.head, state: found.state, records: found.records };
    },

    loadState: async <S>(pk: string) => standingAt<S>(pk),

    listStates: async <S>(under: string, limit: number) =>
      listedUnder<S>(under)
        .slice(0, limit)
        .map(({ state }) => state),

    async sliceStates<S>(under: string, { limit, after }: { limit: number; after?: string | undefined }) {
      const items = listedUnder<S>(under)
        .filter(({ by }) => after === undefined || by < after)
        .slice(0, limit);
      const last = items.at(-1);
      return { items, ...(last !== undefined && items.length >= limit && { next: last.by }) };
    },

    async ticketIdsOfPlan(planId) {
      return statesAt<TicketState>(keys.ticketKey(''))
        .filter(({ plan_id }) => plan_id === planId)
        .map(({ ticket_id }) => ticket_id);
    },

    async listPlans(limit) {
      const plans = statesAt<PlanState>(keys.planKey(''));
      return plans.sort((a, b) => b.received_at - a.received_at).slice(0, limit);
    },

    async commit(writes: readonly Write[]) {
      const operations = writes.flatMap((write, index) =>
        operationsOf(write).map((operation) => ({ index, operation })),
      );
      const failed = table.transact(operations.map(({ operation }) => operation));
      if (failed.length === 0) return;
      throw new HiveError(COMMIT_CONFLICT, 'Somebody else wrote first: read again and decide again.', {
        status: 503,
        detail: { failed: [...new Set(failed.map((at) => operations[at]?.index))] },
      });
    },

    async touchTicket(ticketId, claim, at) {
      const failed = table.transact([
        {
          pk: keys.ticketKey(ticketId),
          sk: keys.STATE,
          condition: (item) => {
            const state = item?.state as TicketState | undefined;
            return (
              state?.phase === 'running' &&
              state.agent_id === claim.agent_id &&
              state.attempt === claim.attempt &&
              state.claim_digest === claim.claim_digest
            );
          },
          change: (item) => ({ ...item, touched_at: at }),
        },
      ]);
      return failed.length === 0;
    },

    async markSettled(ticketId, version, at) {
      table.transact([
        {
          pk: keys.ticketKey(ticketId),
          sk: keys.STATE,
          condition: (item) => item?.version === version,
          change: (item) => ({ ...item, settled_at: at }),
        },
      ]);
    },

    async nextLookOf(planId) {
      return table.get({ pk: keys.planKey(planId), sk: keys.STATE })?.next_look as number | undefined;
    },

    async noteNextLook(planId, at, prediction) {
      table.transact([
        {
          pk: keys.planKey(planId),
          sk: keys.STATE,
          condition: (item) => item !== undefined,
          change: (item) => ({ ...item, next_look: at, ...(prediction && { prediction }) }),
        },
      ]);
    },
  };
}
