import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODE_METADATA } from '../../../api/rpc/errors.ts';
import { ProblemSchema } from '../../../api/rpc/generated/neural_hive/v1/common_pb.js';
import { HiveError } from '../../../core/errors.ts';
import { NOW } from '../../support/plans.ts';
import { type Clients, clientsOf, OPERATOR, PROTOCOLS, type Served, serve } from './served.ts';
import { CLAIM_DIGEST, createStory } from './story.ts';

/** What the policies allowed it by goes with it. */
const ALLOWED = expect.objectContaining({ policies: expect.any(Array), inputs: expect.any(String) });

const HOSTILE = '../ä b/🐝?x=1#%2e"\u202e';
const story = createStory(HOSTILE);
let served: Served;

beforeAll(async () => {
  await story.begin();
  await story.run('a');
  await story.openIncident();
  served = await serve(story);
});
afterAll(() => served.server.close());

/** The error of a call that must fail. */
async function refused(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
}

describe.each(Object.entries(PROTOCOLS))('over %s', (_, transport) => {
  let clients: Clients;
  beforeAll(() => {
    clients = clientsOf(transport(served.server.url));
  });

  it('lists plans and shows one, whatever its id', async () => {
    const { items, nextCursor } = await clients.plans.listPlans({});
    expect(items.map(({ planId, phase }) => [planId, phase])).toEqual([[HOSTILE, 'running']]);
    expect(nextCursor).toBeUndefined();
    const plan = await clients.plans.getPlan({ planId: HOSTILE });
    expect(plan).toMatchObject({
      planId: HOSTILE,
      phase: 'running',
      version: 3,
      run: 1,
      executionArn: 'arn:execution',
    });
    expect(plan.receivedAt).toBe(BigInt(NOW));
    expect(plan.endedAt).toBeUndefined();
    expect(plan.ticketsByStatus).toMatchObject({ PENDING: 1, COMPLETED: 1, FAILED: 0 });
  });

  it('pages through tickets with the cursor it gave', async () => {
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await clients.plans.listPlanTickets({ planId: HOSTILE, limit: 1, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ taskId }) => taskId));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    expect(seen.sort()).toEqual(['a', 'b']);
  });

  it('shows a ticket with its attempts and its result, and tells no secret', async () => {
    const ticket = await clients.tickets.getTicket({ ticketId: story.idOf('a') });
    expect(ticket.ticket).toMatchObject({ taskId: 'a', status: 'COMPLETED', agentId: 'agent-1', attempts: 1 });
    expect(ticket.history).toMatchObject([{ attempt: 1, agentId: 'agent-1', outcome: 'TicketCompleted' }]);
    expect(ticket.result?.logs).toEqual(['ä']);
    expect(Object.entries(ticket.result?.output ?? {}).sort()).toEqual([
      ['__proto__', 'kept'],
      ['url', 'https://x'],
    ]);
    const timeline = await clients.plans.getPlanTimeline({ planId: HOSTILE });
    const told = JSON.stringify([ticket, timeline], (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(told).not.toContain('a secret token');
    expect(told).not.toContain(CLAIM_DIGEST);
  });

  it('explains a ticket', async () => {
    const told = await clients.tickets.explainTicket({ ticketId: story.idOf('a') });
    const { summary, cost } = await served.deps.monitor.explainTicket(story.idOf('a'));
    expect(told).toMatchObject({ taskId: 'a', planId: HOSTILE, phase: 'completed', planPhase: 'running', summary });
    expect(told.cost?.usd).toBe(cost.usd);
    expect(told.attempts).toMatchObject([{ agentId: 'agent-1', choice: { strategy: 'first', queueLength: 1 } }]);
    expect(told.stretches.map(({ kind }) => kind)).toContain('run');
  });

  it('tells the timeline, each event once along the cursors', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let more = true; more; ) {
      const page = await clients.plans.getPlanTimeline({ planId: HOSTILE, limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ eventId }) => eventId));
      ({ more, nextCursor: cursor } = page);
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen).size).toBe(9);
  });

  it('shows agents and incidents', async () => {
    const { items } = await clients.agents.listAgents({});
    expect(items).toMatchObject([{ agentId: 'agent-1', capabilities: ['query', 'ä 🐝'], capacity: 2, freeSlots: 2 }]);
    expect((await clients.agents.getAgent({ agentId: 'agent-1' })).location).toMatchObject({ region: 'local' });
    const incidents = await clients.incidents.listIncidents({});
    expect(incidents.items).toMatchObject([{ incidentId: story.incident_id, status: 'open', workflowId: HOSTILE }]);
    const incident = await clients.incidents.getIncident({ incidentId: story.incident_id });
    expect(incident).toMatchObject({ severity: 'HIGH', details: ['ä'], affectedTickets: [story.idOf('a')] });
  });

  it.each([['pausePlan'], ['resumePlan'], ['cancelPlan'], ['redrivePlan'], ['approvePlan'], ['rejectPlan']] as const)(
    '%s hands on who asks, why and for whom',
    async (verb) => {
      served.verbs.answerWith((id) => ({ id, phase: 'paused', changed: true }));
      const answer = await clients.plans[verb]({ planId: HOSTILE, why: 'night shift', onBehalfOf: 'grace' });
      expect(answer).toMatchObject({ id: HOSTILE, phase: 'paused', changed: true });
      const request = { why: 'night shift', on_behalf_of: 'grace', by: OPERATOR, authorization: ALLOWED };
      expect(served.verbs.calls.at(-1)).toEqual({ verb, id: HOSTILE, request });
    },
  );

  it('retries and skips tickets and resolves incidents', async () => {
    const asked = { why: 'repaired', by: OPERATOR, authorization: ALLOWED };
    const ticketId = story.idOf('b');
    await clients.tickets.retryTicket({ ticketId, why: 'repaired' });
    expect(served.verbs.calls.at(-1)).toEqual({ verb: 'retryTicket', id: ticketId, request: asked });
    await clients.tickets.skipTicket({ ticketId, why: 'repaired', output: { image: 'v1' } });
    const output = { image: 'v1' };
    expect(served.verbs.calls.at(-1)).toEqual({ verb: 'skipTicket', id: ticketId, request: { ...asked, output } });
    await clients.incidents.resolveIncident({ incidentId: story.incident_id, why: 'repaired' });
    const { incident_id: id } = story;
    expect(served.verbs.calls.at(-1)).toEqual({ verb: 'resolveIncident', id, request: asked });
  });

  it('tells the scheduling strategy, and hands on what an operator says of it', async () => {
    const told = await clients.strategy.getStrategy({});
    expect(told).toMatchObject({ strategy: 'weighted-fair', version: 0, budget: { state: 'healthy', remaining: 1 } });
    await clients.strategy.overrideStrategy({ strategy: 'auto', forMs: 5000n, why: 'done', onBehalfOf: 'grace' });
    const request = {
      strategy: 'auto',
      for_ms: 5000,
      why: 'done',
      on_behalf_of: 'grace',
      by: OPERATOR,
      authorization: ALLOWED,
    };
    expect(served.verbs.calls.at(-1)).toEqual({ verb: 'overrideStrategy', id: 'strategy', request });
    const error = await refused(clients.strategy.overrideStrategy({ strategy: 'fastest', why: 'x' }));
    expect(error.metadata.get(CODE_METADATA)).toBe('MESSAGE_INVALID');
  });

  it.each([
    ['PLAN_UNKNOWN', (calls: Clients) => calls.plans.getPlan({ planId: 'nobody' })],
    ['PLAN_UNKNOWN', (calls: Clients) => calls.plans.getPlanTimeline({ planId: 'nobody' })],
    ['TICKET_UNKNOWN', (calls: Clients) => calls.tickets.getTicket({ ticketId: '\u0000' })],
    ['AGENT_UNKNOWN', (calls: Clients) => calls.agents.getAgent({ agentId: HOSTILE })],
    ['INCIDENT_UNKNOWN', (calls: Clients) => calls.incidents.getIncident({ incidentId: '__proto__' })],
  ] as const)('tells %s as not found, with the code where machines find it', async (code, call) => {
    const error = await refused(call(clients));
    expect(error.code).toBe(Code.NotFound);
    expect(error.metadata.get(CODE_METADATA)).toBe(code);
    expect(error.findDetails(ProblemSchema)).toMatchObject([{ code, status: 404 }]);
  });

  it.each([
    ['an empty id', (calls: Clients) => calls.plans.getPlan({ planId: '' }), 'MESSAGE_INVALID'],
    ['an id too long', (calls: Clients) => calls.plans.getPlan({ planId: 'x'.repeat(257) }), 'MESSAGE_INVALID'],
    ['no reason', (calls: Clients) => calls.plans.pausePlan({ planId: 'p' }), 'MESSAGE_INVALID'],
    ['a page of 0', (calls: Clients) => calls.plans.listPlans({ limit: 0 }), 'MESSAGE_INVALID'],
    ['a page of 101', (calls: Clients) => calls.agents.listAgents({ limit: 101 }), 'MESSAGE_INVALID'],
    ['a cursor of nobody', (calls: Clients) => calls.plans.listPlans({ cursor: 'nope' }), 'CURSOR_INVALID'],
  ] as const)('refuses %s as an invalid argument', async (_, call, code) => {
    const error = await refused(call(clients));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.metadata.get(CODE_METADATA)).toBe(code);
  });

  it('refuses more than a request may be', async () => {
    const output = { image: 'x'.repeat(1_100_000) };
    const error = await refused(clients.tickets.skipTicket({ ticketId: story.idOf('b'), why: 'w', output }));
    expect(error.code).toBe(Code.ResourceExhausted);
  });

  it.each([
    [409, 'PLAN_PHASE_WRONG', Code.FailedPrecondition],
    [409, 'COMMIT_CONFLICT', Code.Aborted],
    [403, 'APPROVER_IS_AUTHOR', Code.PermissionDenied],
    [429, 'TRY_AGAIN', Code.ResourceExhausted],
    [503, 'TRY_AGAIN', Code.Unavailable],
  ])('tells a verb that is refused with %d %s by its code and what it was about', async (status, code, connect) => {
    served.verbs.answerWith(() => {
      throw new HiveError(code, 'wrong: ä', { status, detail: { phase: 'completed', gone: undefined, n: [1] } });
    });
    const error = await refused(clients.plans.pausePlan({ planId: HOSTILE, why: 'w' }));
    expect([error.code, error.rawMessage]).toEqual([connect, 'wrong: ä']);
    const [problem] = error.findDetails(ProblemSchema);
    expect(problem).toMatchObject({ code, status, detail: 'wrong: ä', context: { phase: 'completed', n: [1] } });
  });

  it('tells nothing of the inside of a fault, but to those who run the server', async () => {
    const fault = new Error('password=hunter2');
    served.verbs.answerWith(() => {
      throw fault;
    });
    const error = await refused(clients.plans.pausePlan({ planId: HOSTILE, why: 'w' }));
    expect(error.code).toBe(Code.Internal);
    expect(error.metadata.get(CODE_METADATA)).toBe('INTERNAL');
    expect(JSON.stringify([error.message, error.findDetails(ProblemSchema)])).not.toContain('hunter2');
    expect(served.faults).toContain(fault);
  });
});
