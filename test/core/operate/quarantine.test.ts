/** An agent that is set apart is given nothing, what it says of tickets does not count, and what it holds goes to others. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { createAgentGuard } from '../../../core/access/agent-guard.ts';
import { createMayDispatch } from '../../../core/schedule/may-dispatch.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { appendToHealth } from '../../../core/swarm/health/record.ts';
import { createAccess } from '../../support/access.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import {
  createHive,
  elapse,
  enter,
  fenceOf,
  type Hive,
  phaseOf,
  registration,
  reportOf,
  ticketId,
  work,
} from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';
import { defaultPolicies } from '../../support/policies.ts';

const authorization = { policies: ['security-revokes'], inputs: 'i', policy_set: 's' };
const SEC = { by: 'sec', why: 'odd calls', authorization };
const TASKS = ['a', 'b', 'c'];
const A = ticketId('a');

let hive: Hive;
beforeEach(async () => {
  hive = createHive({ policies: defaultPolicies() });
  const needs = { required_capabilities: ['build'] };
  await hive.acceptPlan(plan({ tasks: TASKS.map((name) => task(name, needs)) }));
  await hive.registerAgent(registration('agent', ['build'], 3));
});
const healthEvents = () =>
  hive.table.scan('HEALTH#agent').flatMap(({ item }) => (item.record as { event: object } | undefined)?.event ?? []);
const ticketEvents = (name: string) =>
  contentsOf(hive.table)
    .tickets.find(({ id }) => id === ticketId(name))
    ?.records.map(({ event }) => event) ?? [];
/** The event alone, as of a process that died after it. */
async function onlySetApart(): Promise<void> {
  const event = { type: 'AgentQuarantined', by: 'sec', why: 'odd calls' } as const;
  await hive.ledger.commit([appendToHealth('agent', await hive.ledger.loadHealth('agent'), event, NOW, sha256)]);
}

describe('an agent that is set apart', () => {
  it('has what it holds taken from it, with its tokens, and another agent gets it', async () => {
    for (const name of ['a', 'b']) await enter(hive, name);
    await hive.claimTicket(A, fenceOf('agent'));
    await hive.registerAgent(registration('another', ['build'], 3));
    expect(await hive.operations.quarantineAgent('agent', SEC)).toEqual({
      ...{ id: 'agent', phase: 'quarantined', changed: true },
    });
    expect((await hive.agents.load('agent'))?.held).toEqual({});
    expect(ticketEvents('a').slice(-2)).toMatchObject([
      { type: 'TokenRevoked', agent_id: 'agent', attempt: 1, ...SEC },
      { type: 'AttemptFailed', cause: 'revoked' },
    ]);
    await expect(hive.reportTicket(A, reportOf(A, fenceOf('agent')))).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await hive.heartbeatAgent('another');
    await elapse(hive, 10_000);
    for (const name of ['a', 'b']) {
      expect((await hive.ledger.loadTicket(ticketId(name)))?.state).toMatchObject({ agent_id: 'another' });
    }
    expect(healthEvents()).toEqual([{ type: 'AgentQuarantined', ...SEC }]);
    expect(inconsistencies(hive.table)).toEqual([]);
  });

  it('gets nothing, also when it registers anew, until it is released: then what waited for it is matched', async () => {
    await hive.operations.quarantineAgent('agent', SEC);
    await hive.registerAgent(registration('agent', ['build'], 3));
    await enter(hive, 'a');
    expect(await phaseOf(hive, 'a')).toBe('ready');
    expect(await hive.operations.releaseAgent('agent', SEC)).toEqual({ id: 'agent', phase: 'released', changed: true });
    expect(await hive.operations.releaseAgent('agent', SEC)).toMatchObject({ changed: false });
    await elapse(hive, 0);
    await work(hive, 'agent', 'a');
    expect(await phaseOf(hive, 'a')).toBe('completed');
    expect(healthEvents()).toEqual([
      { type: 'AgentQuarantined', ...SEC },
      { type: 'AgentReleased', ...SEC },
    ]);
  });

  it('stays apart when it is drained and undrained besides, and the other way round', async () => {
    await hive.operations.drainAgent('agent', SEC);
    await hive.operations.quarantineAgent('agent', SEC);
    await hive.operations.undrainAgent('agent', SEC);
    await enter(hive, 'a');
    expect(await phaseOf(hive, 'a')).toBe('ready');
    await hive.operations.drainAgent('agent', SEC);
    await hive.operations.releaseAgent('agent', SEC);
    await elapse(hive, 0);
    expect(await phaseOf(hive, 'a')).toBe('ready');
  });

  it('keeps no lease by its heartbeats, is told to stop, and loses what a verb that died left with it', async () => {
    await enter(hive, 'a');
    await hive.claimTicket(A, fenceOf('agent'));
    await onlySetApart();
    const beat = () => hive.heartbeatAgent('agent', { running: [{ ...fenceOf('agent'), ticket_id: A }] });
    expect((await beat()).stop).toEqual([{ ticket_id: A, attempt: 1, code: 'AGENT_QUARANTINED' }]);
    await hive.registerAgent(registration('another', ['build'], 3));
    for (let beats = 0; beats < 4; beats++) {
      await elapse(hive, 5000);
      await beat();
      await hive.heartbeatAgent('another');
    }
    await elapse(hive, 5000);
    expect((await hive.ledger.loadTicket(A))?.state).toMatchObject({ agent_id: 'another' });
  });

  it('has the rest taken when the verb is asked again', async () => {
    for (const name of TASKS) await enter(hive, name);
    await onlySetApart();
    expect(await hive.operations.quarantineAgent('agent', SEC)).toMatchObject({ changed: true });
    expect(await hive.operations.quarantineAgent('agent', SEC)).toMatchObject({ changed: false });
    expect((await hive.agents.load('agent'))?.held).toEqual({});
  });
});

describe('the policies', () => {
  it('give an agent that is set apart no ticket, where the scheduler asks', async () => {
    await onlySetApart();
    const mayDispatch = createMayDispatch({
      policies: defaultPolicies(),
      assetsOf: async () => ({ facts: [] }) as never,
    });
    const ticket = await hive.ledger.loadTicket(A);
    const agent = (await hive.agents.load('agent')) as AgentRecord;
    const asked = await mayDispatch(agent, ticket as never, { deadline: NOW + 60_000 }, NOW);
    expect(asked).toMatchObject({ denied: { allowed: false, policies: ['agent-quarantined'] } });
  });

  it('let it begin nothing that it was given before: the ticket stays as it is', async () => {
    await enter(hive, 'a');
    await onlySetApart();
    await expect(hive.claimTicket(A, fenceOf('agent'))).rejects.toMatchObject({
      ...{ code: 'POLICY_DENIED', detail: { policies: ['agent-quarantined'] } },
    });
    expect(hive.refusals).toMatchObject([{ code: 'POLICY_DENIED', action: 'ClaimTicket', ticket_id: A }]);
    expect(await phaseOf(hive, 'a')).toBe('assigned');
  });

  it('take no word of it on a ticket, nor show it its inbox; it may give signs of life, hand back and register', async () => {
    await enter(hive, 'a');
    await onlySetApart();
    const access = createAccess(hive);
    const guard = createAgentGuard({ ...hive, ...access });
    const call = (
      action: 'HeartbeatTicket' | 'ReportTicket' | 'ReadInbox' | 'HeartbeatAgent' | 'HandBackTicket' | 'RegisterAgent',
    ) => {
      const about = action.endsWith('Ticket') ? { ticket_id: A } : {};
      const registers = action === 'RegisterAgent' ? { registers: registration('agent') } : {};
      const identity = { kind: 'iam', arn: 'arn:aws:iam::1:role/worker' } as const;
      return guard({ identity, action, agent_id: 'agent', ...about, ...registers }, async () => 'let in');
    };
    for (const action of ['HeartbeatTicket', 'ReportTicket', 'ReadInbox'] as const)
      await expect(call(action), action).rejects.toMatchObject({ detail: { policies: ['agent-quarantined'] } });
    for (const action of ['HeartbeatAgent', 'HandBackTicket', 'RegisterAgent'] as const)
      expect(await call(action), action).toBe('let in');
  });
});

it('An agent that is set apart never holds anything once the verb has answered, however calls are mixed', async () => {
  const step = fc.constantFrom(
    'enter',
    'claim',
    'beat',
    'register',
    'quarantine',
    'release',
    'drain',
    'undrain',
    'wait',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      hive = createHive({ policies: defaultPolicies() });
      await hive.acceptPlan(plan({ tasks: TASKS.map((name) => task(name, { required_capabilities: ['build'] })) }));
      await hive.registerAgent(registration('agent', ['build'], 3));
      const rest = [...TASKS];
      let apart = false;
      for (const what of steps) {
        const next = rest[0];
        if (what === 'enter' && next !== undefined) await enter(hive, rest.shift() as string);
        if (what === 'claim') {
          const claims = TASKS.map((name) => hive.claimTicket(ticketId(name), fenceOf('agent')).catch(() => {}));
          await Promise.all(claims);
        }
        if (what === 'beat') await hive.heartbeatAgent('agent').catch(() => {});
        if (what === 'register') await hive.registerAgent(registration('agent', ['build'], 3));
        if (what === 'wait') await elapse(hive, 5000);
        if (what === 'drain') await hive.operations.drainAgent('agent', SEC);
        if (what === 'undrain') await hive.operations.undrainAgent('agent', SEC);
        if (what === 'release') await hive.operations.releaseAgent('agent', SEC);
        if (what === 'quarantine') await hive.operations.quarantineAgent('agent', SEC);
        if (what === 'release') apart = false;
        if (what === 'quarantine') apart = true;
        const agent = await hive.agents.load('agent');
        expect(agent?.standing?.quarantined !== undefined).toBe(apart);
        if (apart) expect(agent?.held).toEqual({});
        expect(inconsistencies(hive.table)).toEqual([]);
      }
    }),
    { seed: 20_261_128, numRuns: 150 },
  );
});
