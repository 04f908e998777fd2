import { describe, expect, it } from 'vitest';
import type { RoundOutcome } from '../../../core/schedule/round.ts';
import { createScheduleTickets, type Queued } from '../../../core/schedule/schedule-tickets.ts';

const entered = (id: string, group = 'p'): Queued => ({
  id,
  group,
  message: { kind: 'ticket_entered', plan_id: 'plan', task_id: id, task_token: id },
});
const asked = (id: string, pool = 'p'): Queued => ({ id, group: pool, message: { kind: 'round', pool, reason: 'r' } });
const outcome = (pool: string, more = false): RoundOutcome => ({ pool, assigned: 0, waiting: 0, undelivered: 0, more });

/** Ports that note what was called, and break where they are told to. */
function scheduler(breaks: { tasks?: string[]; pools?: string[]; more?: number } = {}) {
  const calls: string[] = [];
  let more = breaks.more ?? 0;
  const schedule = createScheduleTickets({
    assignEntered: async () => ({ done: new Set(), rounds: [] }),
    enterTicket: async ({ task_id }) => {
      calls.push(`enter ${task_id}`);
      if (breaks.tasks?.includes(task_id)) throw new Error('broken');
      return task_id.startsWith('gated') ? undefined : 'p';
    },
    round: async (pool) => {
      calls.push(`round ${pool}`);
      if (breaks.pools?.includes(pool)) throw new Error('broken');
      return outcome(pool, more-- > 0);
    },
  });
  return { schedule, calls };
}
const ids = (failed: readonly { id: string }[]) => failed.map(({ id }) => id);

describe('a batch of the pool queue', () => {
  it('enters its tickets, then has one round a pool', async () => {
    const { schedule, calls } = scheduler();
    const { rounds, failed } = await schedule([entered('a'), entered('b'), asked('r'), entered('c')]);
    expect(calls).toEqual(['enter a', 'enter b', 'enter c', 'round p']);
    expect([rounds.length, failed]).toEqual([1, []]);
  });

  it('has a round only where something happened', async () => {
    const { schedule, calls } = scheduler();
    await schedule([entered('gated')]);
    expect(calls).toEqual(['enter gated']);
  });

  it('has rounds until there is no more to assign', async () => {
    const { schedule } = scheduler({ more: 2 });
    expect((await schedule([asked('r')])).rounds).toHaveLength(3);
  });

  it('gives back the messages that broke, and no other', async () => {
    const { schedule, calls } = scheduler({ tasks: ['b'] });
    const { failed, rounds } = await schedule([entered('a'), entered('b'), entered('c'), entered('x', 'q')]);
    expect(ids(failed)).toEqual(['b']);
    expect(calls).toContain('enter c');
    expect(rounds.length).toBeGreaterThan(0);
  });

  it('gives back a message that asked for a round that broke', async () => {
    const { schedule } = scheduler({ pools: ['q'] });
    const { failed, rounds } = await schedule([asked('1', 'p'), asked('2', 'q')]);
    expect(ids(failed)).toEqual(['2']);
    expect(rounds.map(({ pool }) => pool)).toEqual(['p']);
  });
});
