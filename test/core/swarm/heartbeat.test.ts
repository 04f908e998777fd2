/** One heartbeat of an agent keeps the leases of all it runs, and tells it what it has lost. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { HiveError } from '../../../core/errors.ts';
import type { Claim, Ledger } from '../../../core/ports/ledger.ts';
import { createTouchRunning } from '../../../core/swarm/touch-running.ts';
import { claimId, createHive, enter, fenceOf, type Hive, registration, ticketId, work } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';

const TASKS = ['a', 'b', 'c'];
let hive: Hive;
beforeEach(async () => {
  hive = createHive();
  await hive.acceptPlan(plan({ tasks: TASKS.map((id) => task(id)) }));
  await hive.registerAgent(registration('agent', ['build'], 3));
  for (const id of TASKS) await enter(hive, id);
});
const claimed = async (...ids: string[]) => {
  for (const id of ids) await hive.claimTicket(ticketId(id), fenceOf('agent'));
};
const runs = (id: string, name = 'claim', attempt = 1) => ({
  ticket_id: ticketId(id),
  attempt,
  claim_id: claimId(name),
});
const stopOf = async (...running: ReturnType<typeof runs>[]) =>
  (await hive.heartbeatAgent('agent', { running })).stop.map(({ ticket_id, attempt, code }) => [
    TASKS.find((id) => ticketId(id) === ticket_id) ?? ticket_id,
    attempt,
    code,
  ]);
const touchedAt = async (id: string) => (await hive.ledger.loadTicket(ticketId(id)))?.touched_at;

describe('the heartbeat of an agent', () => {
  it('is a sign of life of each attempt that it names, and of no other', async () => {
    await claimed(...TASKS);
    hive.clock.advance(4000);
    expect(await stopOf(runs('a'), runs('c'))).toEqual([]);
    expect([await touchedAt('a'), await touchedAt('b'), await touchedAt('c')]).toEqual([
      NOW + 4000,
      undefined,
      NOW + 4000,
    ]);
  });

  it('is answered with what it does not hold, each with its reason, and keeps the rest', async () => {
    await claimed('a', 'b');
    await work(hive, 'agent', 'b');
    hive.clock.advance(4000);
    const nobody = { ...runs('a'), ticket_id: '0f8fad5b-d9cb-469f-a165-70867728950e' };
    const told = await stopOf(runs('a', 'zombie'), runs('a', 'claim', 2), runs('b'), runs('c'), nobody, runs('a'));
    expect(told).toEqual([
      ['a', 1, 'TICKET_ALREADY_CLAIMED'],
      ['a', 2, 'TICKET_ATTEMPT_STALE'],
      ['b', 1, 'TICKET_FINISHED'],
      ['c', 1, 'TICKET_NOT_CLAIMED'],
      [nobody.ticket_id, 1, 'TICKET_UNKNOWN'],
    ]);
    expect(await touchedAt('a')).toBe(NOW + 4000);
  });

  it('tells an agent that the ticket is another agent’s, and touches nothing of that one', async () => {
    await claimed('a');
    await hive.registerAgent(registration('other'));
    hive.clock.advance(4000);
    const { stop } = await hive.heartbeatAgent('other', { running: [runs('a')] });
    expect(stop.map(({ code }) => code)).toEqual(['TICKET_ASSIGNED_ELSEWHERE']);
    expect(await touchedAt('a')).toBeUndefined();
  });

  it('touches nothing for an agent that is not known', async () => {
    await claimed('a');
    const unknown = hive.heartbeatAgent('nobody', { running: [runs('a')] });
    await expect(unknown).rejects.toMatchObject({ code: 'AGENT_UNKNOWN' });
    expect(await touchedAt('a')).toBeUndefined();
  });
});

describe('keeping many leases', () => {
  const running = Array.from({ length: 100 }, (_, index) => runs(`task-${index}`));

  function ledgerThat(touch: (ticketId: string, claim: Claim) => Promise<boolean>) {
    let now = 0;
    let most = 0;
    const touched: string[] = [];
    const touchTicket = async (ticket_id: string, claim: Claim) => {
      most = Math.max(most, ++now);
      await null;
      now--;
      touched.push(ticket_id);
      return touch(ticket_id, claim);
    };
    return { ledger: { ...hive.ledger, touchTicket } as Ledger, touched, most: () => most };
  }

  it('touches at most sixteen tickets at the same time', async () => {
    const { ledger, touched, most } = ledgerThat(async () => true);
    expect(await createTouchRunning({ ledger, sha256 })('agent', running, NOW)).toEqual([]);
    expect([touched.length, most()]).toEqual([100, 16]);
  });

  it('tells of trouble with one of them only after all others were kept', async () => {
    const { ledger, touched } = ledgerThat(async (ticket_id) => {
      if (ticket_id === running[3]?.ticket_id) throw new HiveError('TRY_AGAIN', 'too many writers', { status: 503 });
      return true;
    });
    const kept = createTouchRunning({ ledger, sha256 })('agent', running, NOW);
    await expect(kept).rejects.toMatchObject({ code: 'TRY_AGAIN' });
    expect(touched).toHaveLength(100);
  });
});
