/** The policies' word on what the agent that has a ticket asks for it, as an event keeps it. */
import type { Authorize } from '../access/authorize.ts';
import type { AssetFacts } from '../policy/assets.ts';
import type { Authorization } from '../policy/decision.ts';
import { type claimQuestion, unknownAgent } from '../policy/questions.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { TicketSpec } from './state.ts';

export interface AuthorizeHolderDeps {
  agents: Pick<AgentRegistry, 'load'>;
  authorize: Authorize;
}

/** @param now epoch ms. @throws as `Authorize` */
export type AuthorizeHolder = (
  ask: typeof claimQuestion,
  spec: TicketSpec,
  held: { readonly agent_id: string; readonly attempt: number },
  assets: readonly AssetFacts[],
  now: number,
) => Promise<Authorization>;

export function createAuthorizeHolder({ agents, authorize }: AuthorizeHolderDeps): AuthorizeHolder {
  return async (ask, spec, { agent_id, attempt }, assets, now) => {
    const agent = (await agents.load(agent_id)) ?? unknownAgent(agent_id);
    const facts = { attempt, holder: agent_id, ...(assets.length > 0 && { assets }) };
    const { asked, ...question } = ask(agent, spec, facts, now);
    const { ticket_id, plan_id } = spec;
    return { ...(await authorize({ ...question, ticket_id, plan_id })), asked };
  };
}
