/** A ticket's story, told from the events of plans that really went that way. */
import { describe, expect, it } from 'vitest';
import { enter, fenceOf, type Hive, registration, ticketId } from '../../support/hive.ts';
import { dependent, NOW, task } from '../../support/plans.ts';
import { accepted, build, by, explain, S } from './explained.ts';

describe('until about when a ticket waits', () => {
  const PAIR = [task('a', build), task('b', build), { ...dependent('c', 'a'), ...build }];
  /** One slot, which `a` runs in; `b` waits for it. */
  async function waiting(): Promise<Hive> {
    const hive = await accepted({ tasks: PAIR });
    await hive.registerAgent(registration('x'));
    await enter(hive, 'a');
    await hive.claimTicket(ticketId('a'), fenceOf('x'));
    await enter(hive, 'b');
    return hive;
  }
  const step = (next: readonly { at?: number | undefined; what: string }[], text: string) =>
    next.find(({ what }) => what.includes(text));

  it('is, for one that waits for a slot, when what fills it is expected to end, with its place and a bound', async () => {
    const hive = await waiting();
    const { next } = await explain(hive, 'b');
    const turn = step(next, 'its turn is likely');
    expect(turn?.what).toBe('its turn is likely: place 1 of 1, strategy weighted-fair');
    const done = step((await explain(hive, 'a')).next, 'the attempt is likely done');
    expect(turn?.at).toBe(done?.at);
    expect(turn?.at).toBeGreaterThan(NOW);
    expect(step(next, 'at the latest')?.at).toBeGreaterThan(turn?.at ?? 0);
    expect(next[0]).toEqual({ what: 'waits for a slot: 1 capable agent, all busy' });
  });

  it('is, for one whose dependencies are all under way, when the last of these is expected to end', async () => {
    const hive = await waiting();
    const { next } = await explain(hive, 'c');
    const done = step((await explain(hive, 'a')).next, 'the attempt is likely done');
    expect(step(next, 'what it waits for is likely done: a')?.at).toBe(done?.at);
  });

  it('is, while not all that it depends on is under way, before the end of its plan as that was predicted', async () => {
    const hive = await accepted({ tasks: PAIR });
    expect(step((await explain(hive, 'c')).next, 'its plan is as likely')).toBeUndefined();
    const { deadline = 0 } = (await hive.ledger.loadPlanState('plan-1')) ?? {};
    await hive.ledger.noteNextLook('plan-1', NOW, { probability: 0.9, p50_at: NOW + 70 * S, deadline });
    expect(step((await explain(hive, 'c')).next, 'its plan is as likely')?.at).toBe(NOW + 70 * S);
  });

  it('has a bound that is never over, also when the ticket is overdue', async () => {
    const hive = await waiting();
    const bound = async () => step((await explain(hive, 'b')).next, 'at the latest, by weighted fairness')?.at ?? 0;
    const before = await bound();
    hive.clock.advance(2 * 3_600 * S);
    await hive.heartbeatAgent('x');
    expect(before).toBeLessThan(NOW + 2 * 3_600 * S);
    expect(await bound()).toBeGreaterThan(NOW + 2 * 3_600 * S);
  });

  it('is not told where nobody can run it, nor of a plan that is paused', async () => {
    const hive = await accepted();
    await enter(hive, 'a');
    expect(step((await explain(hive, 'a')).next, 'likely')).toBeUndefined();
    const paused = await waiting();
    await paused.operations.pausePlan('plan-1', by);
    expect(step((await explain(paused, 'b')).next, 'likely')).toBeUndefined();
  });

  it('comes with what its attempts will take, and how likely they all fail', async () => {
    const hive = await waiting();
    const ready = step((await explain(hive, 'b')).next, 'once begun');
    expect(ready?.what).toMatch(
      /^once begun, its attempts are successful within [\d.]+ m?s as likely as not, and [\d.]+ m?s in nine of ten cases; it fails for good with a probability of [\d.]+ %$/,
    );
    expect(ready?.at).toBeUndefined();
    const running = (await explain(hive, 'a')).next;
    expect(step(running, 'its attempts are successful')?.at).toBeGreaterThan(NOW);
    expect((await explain(hive, 'a')).next).toEqual(running);
  });

  it('is left out, and nothing else, where it cannot be read', async () => {
    const hive = await waiting();
    const broken = { load: () => Promise.reject(new Error('no')) };
    const whole = await explain(hive, 'b');
    const told = await explain(hive, 'b', { shares: broken });
    expect(told).toEqual({ ...whole, next: whole.next.filter(({ what }) => !what.startsWith('its turn')) });
    expect(told.next.length).toBeLessThan(whole.next.length);
  });

  it('is, for one that was assigned, told with why its turn and why this agent', async () => {
    const hive = await waiting();
    const { attempts } = await explain(hive, 'a');
    expect(attempts[0]?.choice).toMatchObject({
      strategy: 'weighted-fair',
      priority: { score: expect.any(Number) },
      candidates: [{ agent_id: 'x', duration_ms: expect.any(Number), success: expect.any(Number) }],
      predicted: { p50_ms: expect.any(Number) },
    });
  });
});
