/** Routes of the guards: what is open and how full buckets are, and an operator who closes a breaker. */
import { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { type Guards, guardsView } from '../../core/guard/guards.ts';
import { verbAnswer, verbRequest } from '../../core/messages/monitoring-api.ts';
import { NO_QUERY, type Route, route, type Served } from './route.ts';

const name = z.string().min(1).max(256).optional();

function guardsOf({ guards }: Served): Guards {
  if (guards !== undefined) return guards;
  throw new HiveError('GUARDS_NOT_SERVED', 'Guards are told by the deployed API, not by this server.', { status: 501 });
}

export const GUARD_ROUTES: readonly Route[] = [
  route({
    name: 'listGuards',
    ...{ method: 'get', path: '/v1/guards', tag: 'guards', answer: guardsView, action: 'ViewAccess' },
    summary: 'Breakers that are not closed, and how full the buckets of calls are',
    query: z.object({ user: name, tenant: name }),
    run: (served, { query }) => guardsOf(served).list(query),
  }),
  route({
    name: 'resetGuard',
    ...{ method: 'post', path: '/v1/guards/{id}/reset', tag: 'guards', query: NO_QUERY, action: 'ResetGuard' },
    summary: 'Closes a breaker before a ticket has tried it',
    ...{ body: verbRequest, answer: verbAnswer, errors: { 404: ['BREAKER_UNKNOWN'] } },
    run: (served, { id, body, by }) => guardsOf(served).reset(id, { ...body, by }),
  }),
];
