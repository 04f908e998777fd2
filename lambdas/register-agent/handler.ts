import { registrationWithin } from '../../core/access/enrolment/within.ts';
import { HiveError } from '../../core/errors.ts';
import { agentRegistration } from '../../core/messages/agent-api.ts';
import { createRegisterAgent } from '../../core/swarm/register.ts';
import { agentAccess } from '../runtime/agent-access.ts';
import { apiHandler } from '../runtime/api.ts';
import { readEnv } from '../runtime/env.ts';
import { inboxes, schedulingStores } from '../runtime/stores.ts';
import { annotate } from '../runtime/telemetry.ts';
import { ENV } from './contract.ts';

const env = readEnv(ENV);
const access = agentAccess(env.LEDGER_TABLE);
const registerAgent = createRegisterAgent({ ...schedulingStores(env), inboxes: inboxes(env.INBOX_PREFIX) });

/** The orchestrator may only write to queues that are named as inboxes. */
const isInbox = (url: string): boolean =>
  new URL(url).pathname.split('/').at(-1)?.startsWith(env.INBOX_PREFIX) === true;

const admit = access.registers('RegisterAgent');

export const handler = apiHandler(
  { parameter: 'agent_id', schema: agentRegistration, admit },
  async ({ id, body, caller, bounds }) => {
    if (id !== body.agent_id)
      throw new HiveError('MESSAGE_INVALID', `The body registers ${body.agent_id}, the call ${JSON.stringify(id)}.`);
    if (body.inbox_url !== undefined && !isInbox(body.inbox_url))
      throw new HiveError(
        'MESSAGE_INVALID',
        `An inbox of its own is a queue whose name begins with ${env.INBOX_PREFIX}.`,
      );
    annotate({ agent_id: id });
    const said = bounds ? registrationWithin(body, bounds) : body;
    return registerAgent(said, caller?.principal, bounds?.tenants);
  },
);
