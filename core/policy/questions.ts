/**
 * What is asked of the policies about plans and tickets on their way, and what is kept of it: with the events of the plan
 * and its tickets, `asked` is enough to put the same question again.
 */
import type { PlanHeader } from '../plan/state.ts';
import type { TicketSpec } from '../ticket/state.ts';
import type { AccessRequest, Action, Entity, PolicyValue } from './access.ts';
import type { AssetFacts } from './assets.ts';
import {
  agentEntity,
  type PlanFacts,
  planEntity,
  producerEntity,
  type TicketFacts,
  ticketEntity,
  workOf,
} from './entities.ts';

/** As an event keeps it. */
export interface Asked {
  readonly action: Action;
  /** as it was */
  readonly principal: Entity;
  readonly context: Readonly<Record<string, PolicyValue>>;
  /** what was known of the resource beside what its own events say */
  readonly facts: PlanAsked | TicketFacts;
}

/** Of a plan: its work is worked out of its tickets. */
export interface PlanAsked extends Omit<PlanFacts, 'work'> {
  readonly assets?: readonly AssetFacts[];
}

export interface Question extends AccessRequest {
  readonly action: Action;
  readonly asked: Readonly<Record<string, unknown>>;
}

const question = (asked: Asked, resource: Entity): Question => {
  const { action, principal, context } = asked;
  const entities = [principal, resource];
  return { principal: principal.uid, action, resource: resource.uid, context, entities, asked: { ...asked } };
};

/** @param facts `approval`: as the message that is looked at says, which may have come after the first one */
export function acceptQuestion(
  header: PlanHeader,
  specs: readonly TicketSpec[],
  facts: PlanAsked,
  when: { readonly now: number; readonly starts: boolean },
): Question {
  const context = { now_ms: when.now, starts: when.starts };
  return askedOfPlan({ action: 'AcceptPlan', principal: producerEntity(header), context, facts }, header, specs);
}

/** The same question again. */
export function askedOfPlan(asked: Asked, header: PlanHeader, specs: readonly TicketSpec[]): Question {
  const { assets, ...facts } = asked.facts as PlanAsked;
  return question(asked, planEntity(header, { ...facts, work: workOf(specs, assets) }));
}

type AgentOfTicket = Parameters<typeof agentEntity>[0];

/** May the agent be given the ticket? */
export function dispatchQuestion(agent: AgentOfTicket, spec: TicketSpec, facts: TicketFacts, now: number): Question {
  return askedOfTicket(
    { action: 'DispatchTicket', principal: agentEntity(agent), context: { now_ms: now }, facts },
    spec,
  );
}

/** May the agent that has the ticket begin? */
export function claimQuestion(agent: AgentOfTicket, spec: TicketSpec, facts: TicketFacts, now: number): Question {
  return askedOfTicket({ action: 'ClaimTicket', principal: agentEntity(agent), context: { now_ms: now }, facts }, spec);
}

/** May the agent that runs the ticket have AWS credentials for what it touches? */
export function exchangeQuestion(agent: AgentOfTicket, spec: TicketSpec, facts: TicketFacts, now: number): Question {
  return askedOfTicket(
    { action: 'ExchangeToken', principal: agentEntity(agent), context: { now_ms: now }, facts },
    spec,
  );
}

/** The same question again. */
export const askedOfTicket = (asked: Asked, spec: TicketSpec): Question =>
  question(asked, ticketEntity(spec, undefined, asked.facts as TicketFacts));

/** Of whom nothing is known: cleared for nothing, able to do nothing. */
export const unknownAgent = (agent_id: string): AgentOfTicket => ({
  ...{ agent_id, kind: 'microservice', clearance: 'PUBLIC', capabilities: [], location: { region: 'unknown' } },
});
