/** What a call is about, as the policies know it: read from the ledger for each call, so that they judge how it stands. */
import { assessState } from '../catalogue/catalogue.ts';
import { factsOf } from '../catalogue/facts.ts';
import { CATALOGUE } from '../catalogue/settings.ts';
import type { AssetState } from '../catalogue/state.ts';
import { assetAggregate } from '../ledger/aggregate.ts';
import type { PlanRecord } from '../plan/state.ts';
import type { Entity, EntityRef } from '../policy/access.ts';
import { assetEntity } from '../policy/assets.ts';
import { type AgentStanding, agentEntity, authorOf, HIVE, planEntity, ticketEntity } from '../policy/entities.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ledger } from '../ports/ledger.ts';
import { type AgentRecord, isQuarantined } from '../swarm/agent.ts';

/** An incident is asked about as the plan it is of. */
export interface About {
  readonly kind: 'Hive' | 'Plan' | 'Ticket' | 'Agent' | 'Incident' | 'Asset';
  readonly id: string;
  /** the agent that a call for a ticket names: whether it has the ticket is the fence's to say, in its own codes */
  readonly holder?: string;
}

export interface Resource {
  readonly resource: EntityRef;
  readonly entities: readonly Entity[];
  readonly plan_id?: string | undefined;
  readonly ticket_id?: string | undefined;
  /** whose it is */
  readonly tenant_id?: string | undefined;
}

export interface ResourcesDeps {
  ledger: Pick<Ledger, 'loadPlan' | 'loadTicket' | 'loadIncident' | 'loadState'>;
  agents: Pick<AgentRegistry, 'load'>;
  clock: Pick<Clock, 'now'>;
}

export type Resources = (about: About) => Promise<Resource>;

export const THE_HIVE: About = { kind: 'Hive', id: 'hive' };
const theHive: Resource = { resource: HIVE.uid, entities: [HIVE] };

/**
 * What is not there is asked about as the hive: who may not look at anything does not learn that it is not there, and
 * whoever may gets the route's own 404.
 */
export function createResources({ ledger, agents, clock }: ResourcesDeps): Resources {
  const ofPlan = (plan: PlanRecord | undefined): Resource => {
    if (plan === undefined) return theHive;
    const { phase, deadline } = plan.state;
    const entity = planEntity(plan.header, { deadline, needsApproval: phase === 'awaiting_approval' });
    const { tenant_id } = plan.header;
    return { resource: entity.uid, entities: [entity], plan_id: plan.state.plan_id, tenant_id };
  };
  /** Whose plan it is of: producers look at their own. */
  const authorIn = async (planId: string) => {
    const plan = await ledger.loadPlan(planId);
    return { author: plan && authorOf(plan.header) };
  };
  return async ({ kind, id, holder }) => {
    switch (kind) {
      case 'Hive':
        return theHive;
      case 'Plan':
        return ofPlan(await ledger.loadPlan(id));
      case 'Ticket': {
        const ticket = await ledger.loadTicket(id);
        if (ticket === undefined) return theHive;
        const { plan_id, ticket_id, tenant_id } = ticket.spec;
        const entity = ticketEntity(
          ticket.spec,
          ticket.state,
          holder === undefined ? await authorIn(plan_id) : { holder },
        );
        return { resource: entity.uid, entities: [entity], plan_id, ticket_id, tenant_id };
      }
      case 'Agent': {
        const agent = await agents.load(id);
        if (agent === undefined) return theHive;
        const entity = agentEntity(agent, standingOf(agent));
        return { resource: entity.uid, entities: [entity] };
      }
      case 'Asset': {
        const { state } = (await ledger.loadState<AssetState>(assetAggregate(id))) ?? {};
        if (state === undefined) return theHive;
        const { conforming } = assessState(state, clock.now(), CATALOGUE);
        const entity = assetEntity({ ...factsOf(id, state, conforming), shared_with: state.asset.tenants ?? [] });
        return { resource: entity.uid, entities: [entity], tenant_id: state.asset.tenant_id };
      }
      case 'Incident': {
        const incident = await ledger.loadIncident(id);
        return incident === undefined ? theHive : ofPlan(await ledger.loadPlan(incident.state.workflow_id));
      }
    }
  };
}

/** What is known of an agent beside what it says of itself. */
export const standingOf = ({
  owner,
  tenants,
  standing,
}: Partial<Pick<AgentRecord, 'owner' | 'tenants' | 'standing'>>): AgentStanding => ({
  ...(owner !== undefined && { principal: owner }),
  ...(tenants && { tenants }),
  ...(standing && { quarantined: isQuarantined({ standing }) }),
});
