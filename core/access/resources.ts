/** What a call is about, as the policies know it: read from the ledger for each call, so that they judge how it stands. */
import type { PlanRecord } from '../plan/state.ts';
import type { Entity, EntityRef } from '../policy/access.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Ledger } from '../ports/ledger.ts';
import { HIVE, hiveEntity } from './caller-entities.ts';
import { agentEntity, planEntity, ticketEntity } from './thing-entities.ts';

/** An incident is asked about as the plan it is of. */
export interface About {
  readonly kind: 'Hive' | 'Plan' | 'Ticket' | 'Agent' | 'Incident';
  readonly id: string;
}

export interface Resource {
  readonly resource: EntityRef;
  readonly entities: readonly Entity[];
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
}

export interface ResourcesDeps {
  ledger: Pick<Ledger, 'loadPlan' | 'loadTicket' | 'loadIncident'>;
  agents: Pick<AgentRegistry, 'load'>;
}

export type Resources = (about: About) => Promise<Resource>;

export const THE_HIVE: About = { kind: 'Hive', id: 'hive' };
const theHive: Resource = { resource: HIVE, entities: [hiveEntity] };

/**
 * What is not there is asked about as the hive: who may not look at anything does not learn that it is not there, and
 * whoever may gets the route's own 404.
 */
export function createResources({ ledger, agents }: ResourcesDeps): Resources {
  const ofPlan = (plan: PlanRecord | undefined): Resource => {
    if (plan === undefined) return theHive;
    const entity = planEntity(plan);
    return { resource: entity.uid, entities: [entity], plan_id: plan.state.plan_id };
  };
  return async ({ kind, id }) => {
    switch (kind) {
      case 'Hive':
        return theHive;
      case 'Plan':
        return ofPlan(await ledger.loadPlan(id));
      case 'Ticket': {
        const ticket = await ledger.loadTicket(id);
        if (ticket === undefined) return theHive;
        const entity = ticketEntity(ticket);
        const { plan_id, ticket_id } = ticket.spec;
        return { resource: entity.uid, entities: [entity], plan_id, ticket_id };
      }
      case 'Agent': {
        const agent = await agents.load(id);
        if (agent === undefined) return theHive;
        const entity = agentEntity(agent);
        return { resource: entity.uid, entities: [entity] };
      }
      case 'Incident': {
        const incident = await ledger.loadIncident(id);
        return incident === undefined ? theHive : ofPlan(await ledger.loadPlan(incident.state.workflow_id));
      }
    }
  };
}
