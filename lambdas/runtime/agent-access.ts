/** Who may say what on the agents' API, for `apiHandler`. */
import { createAgentGuard } from '../../core/access/agent-guard.ts';
import { createResources } from '../../core/access/resources.ts';
import type { AgentRegistration } from '../../core/messages/agent-api.ts';
import type { Action } from '../../core/policy/access.ts';
import { refusingStores } from './access.ts';
import type { Admission } from './api.ts';
import { logger } from './telemetry.ts';

interface Fenced {
  readonly agent_id: string;
  readonly attempt: number;
}

export function agentAccess(ledgerTable: string) {
  const stores = refusingStores(ledgerTable);
  const guard = createAgentGuard({ ...stores, resources: createResources(stores) });
  const { watchPlaces } = stores;
  return {
    /** Calls of an agent itself, whose id is in the path. */
    ofAgent:
      (action: Action): Admission<unknown> =>
      ({ id, identity }, run) =>
        guard({ identity, action, agent_id: id }, run),

    /** The agent is what it says it is, and from then on the caller's. */
    registers:
      (action: Action): Admission<AgentRegistration> =>
      ({ id, body, identity }, run) =>
        guard({ identity, action, agent_id: id, registers: body }, run),

    /**
     * Calls for a ticket: by the agent that the body names. Where they come from is noticed once they were accepted; that
     * it could not be is for the log, what was said stands.
     * @param asked_later the policies are asked where the change is made
     */
    ofTicket:
      <Body>(action: Action, fenceOf: (body: Body) => Fenced, asked_later = false): Admission<Body> =>
      async ({ id, body, identity }, run) => {
        const { agent_id, attempt } = fenceOf(body);
        return guard({ identity, action, agent_id, ticket_id: id, asked_later }, async (admitted) => {
          const answer = await run(admitted);
          const { principal, source } = admitted.caller;
          await watchPlaces({ ticket_id: id, attempt, agent_id, principal, source }).catch((error: Error) =>
            logger.error('where a ticket is spoken for was not noticed', error),
          );
          return answer;
        });
      },
  };
}
