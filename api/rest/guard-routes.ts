/** Routes of the guards: what is open and how full buckets are, and an operator who closes a breaker. */
import { z } from 'zod';
import { guardsView } from '../../core/guard/guards.ts';
import { verbAnswer, verbRequest } from '../../core/messages/monitoring-api.ts';
import { NO_QUERY, type Route, route } from './route.ts';

const name = z.string().min(1).max(256).optional();

export const GUARD_ROUTES: readonly Route[] = [
  route({
    name: 'listGuards',
    ...{ method: 'get', path: '/v1/guards', tag: 'guards', answer: guardsView, action: 'ViewAccess' },
    summary: 'Breakers that are not closed, and how full the buckets of calls are',
    query: z.object({ user: name, tenant: name }),
    run: (served, { query }) => served.guards.list(query),
  }),
  route({
    name: 'resetGuard',
    ...{ method: 'post', path: '/v1/guards/{id}/reset', tag: 'guards', query: NO_QUERY, action: 'ResetGuard' },
    summary: 'Closes a breaker before a ticket has tried it',
    ...{ body: verbRequest, answer: verbAnswer, errors: { 404: ['BREAKER_UNKNOWN'] } },
    run: (served, { id, body, by, authorization }) => served.guards.reset(id, { ...body, by, authorization }),
  }),
];
