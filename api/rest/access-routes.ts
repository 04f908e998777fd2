/** Who may what, what was refused, and what it is a sign of. */
import { z } from 'zod';
import * as messages from '../../core/messages/access-api.ts';
import { MAX_PAGE, verbAnswer } from '../../core/messages/monitoring-api.ts';
import { integer, NO_QUERY, type Route, route } from './route.ts';

const newest = z.object({ limit: integer(z.int().min(1).max(MAX_PAGE)).default(50) });
const EXCLUSIVE = { 409: ['ROLES_EXCLUSIVE', 'ROLE_OF_DEPLOYMENT'] };

export const accessRoutes: readonly Route[] = [
  route({
    ...{ name: 'whoAmI', action: 'ViewPlan', by_tenant: true, method: 'get', path: '/v1/access/caller', tag: 'access' },
    summary: 'Who calls, as the policies know them',
    ...{ query: NO_QUERY, answer: messages.callerView },
    run: async (_, { caller }) => caller,
  }),
  route({
    ...{ name: 'listGrants', action: 'ViewAccess', method: 'get', path: '/v1/access/grants', tag: 'access' },
    summary: 'Who has which roles, by whom and why',
    ...{ query: newest, answer: messages.grantList },
    run: ({ access }, { query }) => access.listGrants(query.limit),
  }),
  route({
    ...{ name: 'listRefusals', action: 'ViewAccess', method: 'get', path: '/v1/access/refusals', tag: 'access' },
    summary: 'Calls that were refused, newest first',
    ...{ query: newest, answer: messages.refusalList },
    run: ({ access }, { query }) => access.listRefusals(query.limit),
  }),
  route({
    ...{ name: 'listSignals', action: 'ViewAccess', method: 'get', path: '/v1/access/signals', tag: 'access' },
    summary: 'What looks like an attack, newest first',
    ...{ query: newest, answer: messages.signalList },
    run: ({ access }, { query }) => access.listSignals(query.limit),
  }),
  route({
    ...{ name: 'grantRole', action: 'GrantRole', method: 'post', path: '/v1/access/grant', tag: 'access' },
    summary: 'Gives somebody else a role',
    ...{ query: NO_QUERY, body: messages.grantRequest, answer: verbAnswer },
    errors: { 403: ['GRANT_TO_ONESELF'], ...EXCLUSIVE },
    run: ({ access }, { body: { principal, role, tenants, ...said }, caller, authorization }) =>
      access.grant({ ...said, caller, authorization }, principal, role, tenants),
  }),
  route({
    ...{ name: 'revokeRole', action: 'RevokeRole', method: 'post', path: '/v1/access/revoke', tag: 'access' },
    summary: 'Takes a role from somebody, at once',
    ...{ query: NO_QUERY, body: messages.revokeRequest, answer: verbAnswer, errors: EXCLUSIVE },
    run: ({ access }, { body: { principal, role, ...said }, caller, authorization }) =>
      access.revoke({ ...said, caller, authorization }, principal, role),
  }),
  route({
    ...{ name: 'breakGlass', action: 'BreakGlass', method: 'post', path: '/v1/access/break-glass', tag: 'access' },
    summary: "Takes an operator's and an sre's rights over all tenants, for an hour at most; everybody is told",
    ...{ query: NO_QUERY, body: messages.breakGlassRequest, answer: verbAnswer },
    errors: { 422: ['BREAK_GLASS_TOO_LONG'] },
    run: ({ access }, { body: { for_ms, ...said }, caller, authorization }) =>
      access.breakGlass({ ...said, caller, authorization }, for_ms),
  }),
];
