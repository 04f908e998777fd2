/** What security says of agents: which are set apart, and whose they are. */
import { handOverRequest, verbAnswer, verbRequest } from '../../core/messages/monitoring-api.ts';
import { NO_QUERY, type Route, route, type Served } from './route.ts';

const agent = {
  method: 'post',
  tag: 'agents',
  query: NO_QUERY,
  answer: verbAnswer,
  current: ({ monitor }: Served, id: string) => monitor.getAgent(id),
} as const;
const NO_AGENT = { 404: ['AGENT_UNKNOWN'] };

export const AGENT_ROUTES: readonly Route[] = [
  route({
    ...agent,
    ...{ name: 'quarantineAgent', action: 'QuarantineAgent', path: '/v1/agents/{id}/quarantine' },
    ...{ body: verbRequest, errors: NO_AGENT },
    summary: 'Sets an agent apart: it is given nothing, nothing that it says counts, what it holds goes to others',
    run: ({ operations }, { id, body, by, authorization }) =>
      operations.quarantineAgent(id, { ...body, by, authorization }),
  }),
  route({
    ...agent,
    ...{ name: 'releaseAgent', action: 'ReleaseAgent', path: '/v1/agents/{id}/release' },
    ...{ body: verbRequest, errors: NO_AGENT },
    summary: 'Lets an agent that was set apart take tickets again',
    run: ({ operations }, { id, body, by, authorization }) =>
      operations.releaseAgent(id, { ...body, by, authorization }),
  }),
  route({
    ...agent,
    ...{ name: 'handOverAgent', action: 'HandOverAgent', path: '/v1/agents/{id}/hand-over' },
    ...{ body: handOverRequest, errors: { ...NO_AGENT, 422: ['OWNER_INVALID'] } },
    summary: 'Gives an agent’s id to another principal, or to whoever else registers it next',
    run: ({ operations }, { id, body, by, authorization }) =>
      operations.handOverAgent(id, { ...body, by, authorization }),
  }),
];
