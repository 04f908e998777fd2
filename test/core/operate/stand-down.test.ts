/** A credential that is revoked takes its agent's work with it, wherever the call that revokes it dies. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createEnrolments } from '../../../core/access/enrolment/enrolments.ts';
import { createExchangeEnrolment } from '../../../core/access/enrolment/exchange.ts';
import { createStandDown } from '../../../core/operate/stand-down.ts';
import { contentsOf, inconsistencies } from '../../support/aggregates.ts';
import { crashAt } from '../../support/crash.ts';
import { createHive, elapse, enter, fenceOf, type Hive, registration, reportOf, ticketId } from '../../support/hive.ts';
import { plan, task } from '../../support/plans.ts';

const authorization = { policies: ['security-enrols-agents'], inputs: 'i', policy_set: 's' };
const caller = { principal: 'sec', name: 'sec', kind: 'iam', roles: ['security'], tenants: ['*'] } as const;
const asked = { caller, why: 'its disk was stolen', authorization };
const [A, B] = [ticketId('a'), ticketId('b')];

function enrolmentsOf({ deps }: Pick<Hive, 'deps'>, id = 'enrolment') {
  // The same with each play: what is kept of them is too.
  const enrolment = { ...deps, newSecret: () => `secret of ${id}`, newId: () => id, recordRefusal: async () => {} };
  return {
    ...createEnrolments({ ...enrolment, standDown: createStandDown(deps) }),
    exchange: createExchangeEnrolment(enrolment),
  };
}

/** An enrolled agent that runs a and was given b. @param owner as it has registered */
async function busy(hive: Hive, owner = 'credential:agent'): Promise<void> {
  const bounds = { agent_id: 'agent', capabilities: ['build'], clearance: 'INTERNAL', tenants: [] } as const;
  const of = enrolmentsOf(hive);
  const { enrolment_id, secret } = await of.enrol(asked, bounds, undefined);
  await of.exchange(enrolment_id, secret);
  await hive.acceptPlan(plan({ tasks: ['a', 'b'].map((name) => task(name, { required_capabilities: ['build'] })) }));
  await hive.registerAgent(registration('agent', ['build'], 2), owner);
  for (const name of ['a', 'b']) await enter(hive, name);
  await hive.claimTicket(A, fenceOf('agent'));
  await hive.registerAgent(registration('another', ['build'], 2), 'another');
}
const revoke = (hive: Pick<Hive, 'deps'>) => enrolmentsOf(hive).revoke(asked, 'agent');
const eventsOf = (hive: Hive, aggregate: string) =>
  hive.table
    .scan(aggregate)
    .flatMap(({ item }) => (item.record as { event: { type: string } } | undefined)?.event ?? []);

describe('revoking an agent’s credential', () => {
  let hive: Hive;
  beforeEach(() => {
    hive = createHive();
  });

  it('drains the agent and revokes the tokens of what it holds, which others get', async () => {
    await busy(hive);
    expect(await revoke(hive)).toEqual({ id: 'agent', phase: 'credential revoked', changed: true });
    const agent = await hive.agents.load('agent');
    expect(agent?.held).toEqual({});
    expect(agent?.standing?.draining).toMatchObject({
      by: 'sec',
      why: 'its credential was revoked: its disk was stolen',
    });
    for (const id of [A, B])
      expect(
        contentsOf(hive.table)
          .tickets.find((one) => one.id === id)
          ?.records.map(({ event }) => event),
      ).toContainEqual(expect.objectContaining({ type: 'TokenRevoked', agent_id: 'agent', by: 'sec', authorization }));
    await expect(hive.reportTicket(A, reportOf(A, fenceOf('agent')))).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    await elapse(hive, 10_000);
    for (const id of [A, B])
      expect((await hive.ledger.loadTicket(id))?.state).toMatchObject({ phase: 'assigned', agent_id: 'another' });
  });

  it('changes nothing when it is asked again, nor writes anything', async () => {
    await busy(hive);
    await revoke(hive);
    const before = hive.table.scan();
    expect(await revoke(hive)).toMatchObject({ changed: false });
    expect(hive.table.scan()).toEqual(before);
  });

  it('leaves alone an agent of that id which is another principal’s, and one that has never come', async () => {
    await busy(hive, 'arn:aws:iam::1:role/worker');
    expect(await revoke(hive)).toMatchObject({ changed: true });
    expect(Object.keys((await hive.agents.load('agent'))?.held ?? {})).toHaveLength(2);
    expect(eventsOf(hive, 'HEALTH#agent')).toEqual([]);
    const bounds = { agent_id: 'new', capabilities: ['build'], clearance: 'INTERNAL', tenants: [] } as const;
    const of = enrolmentsOf(hive, 'another enrolment');
    const { enrolment_id, secret } = await of.enrol(asked, bounds, undefined);
    await of.exchange(enrolment_id, secret);
    expect(await of.revoke(asked, 'new')).toMatchObject({ changed: true });
    expect(await hive.agents.load('new')).toBeUndefined();
  });

  it('ends the same when it dies anywhere and is asked again', async () => {
    const play = async (at: number, when: 'before' | 'after') => {
      const crash = crashAt(at, when);
      const played = createHive({ wrap: crash.wrap });
      await busy(played);
      crash.arm();
      await revoke(played).catch((error: unknown) => {
        if (!crash.died()) throw error;
      });
      const died = crash.died();
      crash.revive();
      if (died) await revoke(played.fresh());
      expect(inconsistencies(played.table)).toEqual([]);
      return { died, calls: crash.calls(), table: played.table.scan() };
    };
    const whole = await play(0, 'before');
    expect(whole.calls).toBeGreaterThan(10);
    for (let at = 1; at <= whole.calls; at++)
      for (const when of ['before', 'after'] as const) {
        const crashed = await play(at, when);
        expect(crashed.died, `${when} call ${at}`).toBe(true);
        expect(crashed.table, `${when} call ${at}`).toEqual(whole.table);
      }
  });
});
