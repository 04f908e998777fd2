/** All that an agent holds is taken from it, each ticket as if its token had been revoked; other agents get them. */
import { forEachAtOnce } from '../at-once.ts';
import type { AgentRegistry } from '../ports/agent-registry.ts';
import type { ByOperator } from '../ticket/events.ts';
import { createRevokeAttempt, type RevokeTokenDeps } from './revoke-token.ts';

/** Tickets taken at the same time. */
const AT_ONCE = 8;

/**
 * For an agent that takes no work any more: from then on it holds no more than it did. May be called any number of times;
 * whoever died in it has taken some, and takes the rest when called again. An agent that nobody knows holds nothing.
 * @returns how many tickets this call took
 * @throws what revoking one throws, but only after each had its turn
 */
export type TakeFromAgent = (agentId: string, operator: ByOperator) => Promise<number>;

export function createTakeFromAgent(deps: RevokeTokenDeps & { agents: Pick<AgentRegistry, 'load'> }): TakeFromAgent {
  const { agents } = deps;
  const revokeAttempt = createRevokeAttempt(deps);
  return async (agentId, operator) => {
    const agent = await agents.load(agentId);
    const failures: unknown[] = [];
    let taken = 0;
    await forEachAtOnce(Object.keys(agent?.held ?? {}).sort(), AT_ONCE, async (ticketId) => {
      try {
        // What another agent has by now is left with it.
        if (await revokeAttempt(ticketId, operator, (holder) => holder === agentId)) taken++;
      } catch (error) {
        failures.push(error);
      }
    });
    if (failures.length > 0) throw failures[0];
    return taken;
  };
}
