/** What security says of agents: whose they are. */
import { handOverRequest, verbAnswer } from '../../core/messages/monitoring-api.ts';
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
    ...{ name: 'handOverAgent', action: 'HandOverAgent', path: '/v1/agents/{id}/hand-over' },
    ...{ body: handOverRequest, errors: { ...NO_AGENT, 422: ['OWNER_INVALID'] } },
    summary: 'Gives an agent’s id to another principal, or to whoever registers it next',
    run: ({ operations }, { id, body, by, authorization }) =>
      operations.handOverAgent(id, { ...body, by, authorization }),
  }),
];
