/** Every route of the Monitoring API, version 1. */
import { z } from 'zod';
import * as messages from '../../core/messages/monitoring-api.ts';
import { strategyRequest, strategyView } from '../../core/messages/strategy-api.ts';
import { ticketExplanation } from '../../core/messages/ticket-explanation.ts';
import type { Action } from '../../core/policy/access.ts';
import { accessRoutes } from './access-routes.ts';
import { AGENT_ROUTES } from './agent-routes.ts';
import { CATALOGUE_ROUTES } from './catalogue-routes.ts';
import { ENROLMENT_ROUTES } from './enrolment-routes.ts';
import { GUARD_ROUTES } from './guard-routes.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import { integer, NO_QUERY, type Route, route, type Served } from './route.ts';
import { TOKEN_ROUTES } from './token-routes.ts';

const limit = integer(z.int().min(1).max(messages.MAX_PAGE)).default(50);
const cursor = z.string().max(65_536).optional().meta({ description: '`next_cursor` of the page before, as it came' });
const page = z.object({ limit, cursor });
const NO_CURSOR = { 400: ['CURSOR_INVALID'] };
const NO_PLAN = { 404: ['PLAN_UNKNOWN'] };
const NO_TICKET = { 404: ['TICKET_UNKNOWN'] };

const reads: readonly Route[] = [
  route({
    name: 'listPlans',
    by_tenant: true,
    action: 'ViewPlan',
    ...{ method: 'get', path: '/v1/plans', tag: 'plans', summary: 'Plans, newest first' },
    ...{ query: page, answer: messages.planPage, errors: NO_CURSOR },
    run: ({ monitor }, { query, caller: { tenants } }) => monitor.listPlans({ ...query, tenants }),
  }),
  route({
    name: 'getPlan',
    action: 'ViewPlan',
    ...{ method: 'get', path: '/v1/plans/{id}', tag: 'plans', summary: 'A plan, and how far its tickets are' },
    ...{ query: NO_QUERY, answer: messages.planView, errors: NO_PLAN },
    run: ({ monitor }, { id }) => monitor.getPlan(id),
  }),
  route({
    name: 'listTickets',
    action: 'ViewPlan',
    ...{
      method: 'get',
      path: '/v1/plans/{id}/tickets',
      tag: 'plans',
      summary: "A plan's tickets, in order of their ids",
    },
    ...{ query: page, answer: messages.ticketPage, errors: { ...NO_CURSOR, ...NO_PLAN } },
    run: ({ monitor }, { id, query }) => monitor.listTickets(id, query),
  }),
  route({
    name: 'getTimeline',
    action: 'ViewPlan',
    ...{
      method: 'get',
      path: '/v1/plans/{id}/timeline',
      tag: 'plans',
      summary: 'All that happened to a plan and its tickets',
    },
    ...{ query: page, answer: messages.timelinePage, errors: { ...NO_CURSOR, ...NO_PLAN } },
    run: ({ monitor }, { id, query }) => monitor.timeline(id, query),
  }),
  route({
    name: 'watchPlan',
    action: 'ViewPlan',
    ...{ method: 'get', path: '/v1/plans/{id}/watch', tag: 'plans', streams: true },
    summary: 'Waits for news of a plan; with `Accept: text/event-stream` the events come as they happen',
    query: z.object({
      limit: integer(z.int().min(1).max(messages.MAX_PAGE)).default(messages.MAX_PAGE),
      after: cursor,
      wait_s: integer(z.int().min(0).max(messages.MAX_WATCH_WAIT_S)).default(messages.MAX_WATCH_WAIT_S),
    }),
    ...{ answer: messages.timelinePage, errors: { ...NO_CURSOR, ...NO_PLAN } },
    run: ({ monitor }, { id, query: { after, ...query } }) => monitor.watchPlan(id, { ...query, cursor: after }),
  }),
  route({
    name: 'getTicket',
    action: 'ViewTicket',
    ...{
      method: 'get',
      path: '/v1/tickets/{id}',
      tag: 'tickets',
      summary: 'A ticket with its attempts and its result',
    },
    ...{ query: NO_QUERY, answer: messages.ticketDetail, errors: NO_TICKET },
    run: ({ monitor }, { id }) => monitor.getTicket(id),
  }),
  route({
    name: 'explainTicket',
    action: 'ViewTicket',
    ...{ method: 'get', path: '/v1/tickets/{id}/explanation', tag: 'tickets' },
    summary: 'Why a ticket stands where it does, and what happens next',
    ...{ query: NO_QUERY, answer: ticketExplanation, errors: NO_TICKET },
    run: ({ monitor }, { id }) => monitor.explainTicket(id),
  }),
  route({
    name: 'listAgents',
    action: 'ViewAgent',
    ...{ method: 'get', path: '/v1/agents', tag: 'agents', summary: 'Agents, in order of their ids' },
    query: page.extend({ capability: z.string().min(1).max(64).optional() }),
    ...{ answer: messages.agentPage, errors: NO_CURSOR },
    run: ({ monitor }, { query, caller: { tenants } }) => monitor.listAgents({ ...query, tenants }),
  }),
  route({
    name: 'getAgent',
    action: 'ViewAgent',
    ...{ method: 'get', path: '/v1/agents/{id}', tag: 'agents', summary: 'An agent, and what it holds' },
    ...{ query: NO_QUERY, answer: messages.agentView, errors: { 404: ['AGENT_UNKNOWN'] } },
    run: ({ monitor }, { id, caller: { tenants } }) => monitor.getAgent(id, tenants),
  }),
  route({
    name: 'listIncidents',
    by_tenant: true,
    action: 'ViewIncident',
    ...{ method: 'get', path: '/v1/incidents', tag: 'incidents', summary: 'Incidents, newest first' },
    ...{ query: page, answer: messages.incidentPage, errors: NO_CURSOR },
    run: ({ monitor }, { query, caller: { tenants } }) => monitor.listIncidents({ ...query, tenants }),
  }),
  route({
    name: 'getIncident',
    action: 'ViewIncident',
    ...{ method: 'get', path: '/v1/incidents/{id}', tag: 'incidents', summary: 'An incident' },
    ...{ query: NO_QUERY, answer: messages.incidentView, errors: { 404: ['INCIDENT_UNKNOWN'] } },
    run: ({ monitor }, { id }) => monitor.getIncident(id),
  }),
  route({
    name: 'getStrategy',
    action: 'ViewStrategy',
    ...{ method: 'get', path: '/v1/strategy', tag: 'strategy', query: NO_QUERY, answer: strategyView },
    summary: 'Which strategy scheduling goes by, why, and how the error budget stands',
    run: ({ monitor }) => monitor.getStrategy(),
  }),
];

const plan = {
  tag: 'plans',
  collection: 'plans',
  current: ({ monitor }: Served, id: string) => monitor.getPlan(id),
  errors: { ...NO_PLAN, 409: ['PLAN_PHASE_WRONG'] },
} as const;
const ticket = {
  tag: 'tickets',
  collection: 'tickets',
  current: ({ monitor }: Served, id: string) => monitor.getTicket(id),
  errors: { ...NO_TICKET, 409: ['TICKET_PHASE_WRONG'] },
} as const;
const incident = {
  tag: 'incidents',
  collection: 'incidents',
  current: ({ monitor }: Served, id: string) => monitor.getIncident(id),
  errors: { 404: ['INCIDENT_UNKNOWN'] },
} as const;
const agent = {
  tag: 'agents',
  collection: 'agents',
  current: ({ monitor }: Served, id: string) => monitor.getAgent(id),
  errors: { 404: ['AGENT_UNKNOWN'] },
} as const;
const APPROVAL = { 403: ['APPROVER_IS_AUTHOR'] };
const ADMISSION = { 403: ['PLAN_DENIED'] };

type Verb =
  | 'pausePlan'
  | 'resumePlan'
  | 'cancelPlan'
  | 'redrivePlan'
  | 'approvePlan'
  | 'rejectPlan'
  | 'retryTicket'
  | 'revokeToken'
  | 'resolveIncident'
  | 'drainAgent'
  | 'undrainAgent';

const verb = (
  of: typeof plan | typeof ticket | typeof incident | typeof agent,
  name: Verb,
  summary: string,
  errors: Readonly<Record<number, readonly string[]>> = {},
): Route =>
  route({
    ...{ name, action: actionOf(name), summary, method: 'post', path: pathOf(of, name), tag: of.tag, query: NO_QUERY },
    ...{ body: messages.verbRequest, answer: messages.verbAnswer, errors: { ...of.errors, ...errors } },
    current: of.current,
    run: ({ operations }, { id, body, by, authorization }) => operations[name](id, { ...body, by, authorization }),
  });

/** `pausePlan` is `PausePlan` to the policies. */
const actionOf = (name: Verb): Action => `${name.charAt(0).toUpperCase()}${name.slice(1)}` as Action;

/** `pausePlan` is asked for at `/v1/plans/{id}/pause`. */
const pathOf = ({ collection }: { collection: string }, name: string): `/v1/${string}` =>
  `/v1/${collection}/{id}/${name.replace(/[A-Z].*$/, '')}`;

const verbs: readonly Route[] = [
  verb(plan, 'pausePlan', 'Assigns nothing more; what runs may finish'),
  verb(plan, 'resumePlan', 'Lets a paused plan go on'),
  verb(plan, 'cancelPlan', 'Ends a plan; what was done is undone where the plan says so'),
  verb(plan, 'redrivePlan', 'Runs a failed plan again, without what is complete', ADMISSION),
  verb(plan, 'approvePlan', 'Lets a plan that waits for approval run', { 403: [...APPROVAL[403], ...ADMISSION[403]] }),
  verb(plan, 'rejectPlan', 'Refuses a plan that waits for approval', APPROVAL),
  verb(ticket, 'retryTicket', 'Gives a ticket another attempt'),
  route({
    name: 'skipTicket',
    action: 'SkipTicket',
    ...{ method: 'post', path: pathOf(ticket, 'skipTicket'), tag: 'tickets', query: NO_QUERY },
    summary: 'Counts a ticket as complete, with the output that is given',
    ...{ body: messages.skipRequest, answer: messages.verbAnswer, errors: ticket.errors, current: ticket.current },
    run: ({ operations }, { id, body, by, authorization }) => operations.skipTicket(id, { ...body, by, authorization }),
  }),
  verb(ticket, 'revokeToken', 'Takes a ticket from its agent, whose token counts no more'),
  verb(incident, 'resolveIncident', 'Notes that an incident is over'),
  verb(agent, 'drainAgent', 'Gives an agent nothing more, also when it registers anew; what it holds it may end'),
  verb(agent, 'undrainAgent', 'Lets a drained agent take tickets again'),
  route({
    name: 'overrideStrategy',
    action: 'OverrideStrategy',
    ...{ method: 'put', path: '/v1/strategy', tag: 'strategy', query: NO_QUERY },
    summary: 'Says which strategy scheduling goes by, for a while; auto hands the choice back to the error budget',
    ...{ body: strategyRequest, answer: messages.verbAnswer, errors: { 422: ['OVERRIDE_TOO_LONG'] } },
    current: ({ monitor }) => monitor.getStrategy(),
    run: ({ operations }, { body, by, authorization }) => operations.overrideStrategy({ ...body, by, authorization }),
  }),
];

export const ROUTES: readonly Route[] = [
  ...reads,
  ...verbs,
  ...POLICY_ROUTES,
  ...CATALOGUE_ROUTES,
  ...GUARD_ROUTES,
  ...TOKEN_ROUTES,
  ...AGENT_ROUTES,
  ...ENROLMENT_ROUTES,
  ...accessRoutes,
];
