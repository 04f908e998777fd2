/** Agents are enrolled, enrolments withdrawn, credentials revoked. */
import { z } from 'zod';
import { HiveError } from '../../core/errors.ts';
import { enrolAnswer, enrolmentList, enrolRequest } from '../../core/messages/enrolment-api.ts';
import { MAX_PAGE, verbAnswer, verbRequest } from '../../core/messages/monitoring-api.ts';
import { integer, NO_QUERY, type Route, route } from './route.ts';

const page = z.object({
  limit: integer(z.int().min(1).max(MAX_PAGE)).default(50),
  cursor: z.string().max(65_536).optional().meta({ description: '`next_cursor` of the page before, as it came' }),
});

export const ENROLMENT_ROUTES: readonly Route[] = [
  route({
    ...{ name: 'enrolAgent', method: 'post', path: '/v1/agents/{id}/enrol', tag: 'agents', query: NO_QUERY },
    summary: 'Says which agent may come, and what it may be; the answer lets it in once',
    ...{ body: enrolRequest, answer: enrolAnswer, action: 'EnrolAgent' },
    errors: { 403: ['ENROLMENT_BEYOND_TENANTS'], 422: ['ENROLMENT_TOO_LONG'] },
    run: (of, { id, body: { capabilities, clearance, tenants, for_ms, ...said }, caller, authorization }) => {
      if (!/^[A-Za-z0-9_-]{1,48}$/.test(id))
        throw new HiveError('MESSAGE_INVALID', "An agent's id is 1-48 of letters, digits, _ and -.");
      const bounds = { agent_id: id, capabilities, clearance, tenants };
      return of.enrolments.enrol({ ...said, caller, authorization }, bounds, for_ms);
    },
  }),
  route({
    ...{ name: 'listEnrolments', method: 'get', path: '/v1/enrolments', tag: 'agents', action: 'ViewAccess' },
    ...{ by_tenant: true, query: page, answer: enrolmentList, errors: { 400: ['CURSOR_INVALID'] } },
    summary: 'Enrolments of your tenants, newest first: open, used, withdrawn or expired',
    run: (of, { query, caller }) => of.enrolments.list(caller, query),
  }),
  route({
    ...{ name: 'withdrawEnrolment', method: 'post', path: '/v1/enrolments/{id}/withdraw', tag: 'agents' },
    summary: 'Has an enrolment that was not exchanged yet let nobody in any more',
    ...{ query: NO_QUERY, body: verbRequest, answer: verbAnswer, action: 'EnrolAgent' },
    errors: { 403: ['ENROLMENT_BEYOND_TENANTS'], 404: ['ENROLMENT_UNKNOWN'], 409: ['ENROLMENT_USED'] },
    run: (of, { id, body, caller, authorization }) => of.enrolments.withdraw({ ...body, caller, authorization }, id),
  }),
  route({
    ...{ name: 'revokeCredential', method: 'post', path: '/v1/agents/{id}/revoke-credential', tag: 'agents' },
    summary: "Puts an enrolled agent's credential out of use, drains the agent, and takes what it holds",
    ...{ query: NO_QUERY, body: verbRequest, answer: verbAnswer, action: 'EnrolAgent' },
    errors: { 403: ['ENROLMENT_BEYOND_TENANTS'], 404: ['CREDENTIAL_UNKNOWN'] },
    run: (of, { id, body, caller, authorization }) => of.enrolments.revoke({ ...body, caller, authorization }, id),
  }),
];
