import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from '../../adapters/system/digest.ts';
import type { BreakerState } from '../../core/guard/breaker.ts';
import { createCountOutcomes } from '../../core/guard/count-outcomes.ts';
import { createOpenBreakers } from '../../core/guard/open-breakers.ts';
import { BREAKER } from '../../core/guard/settings.ts';
import { breakerAggregate } from '../../core/ledger/aggregate.ts';
import { GENESIS, type Recorded, record } from '../../core/ledger/chain.ts';
import { isConflict } from '../../core/ledger/retry.ts';
import type { QueueEntry } from '../../core/schedule/queue-entry.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { NOW } from '../support/plans.ts';
import { describeContract, type Stores } from './stores.ts';

/** As many processes as want the same at once. */
const MANY = 24;

/** Processes of their own over the same stores, at a time that is said; waiting gives way to the others. */
function world({ ledger, failures }: Stores) {
  const agent_id = randomUUID();
  const key = `agent:${agent_id}`;
  let now = NOW;
  const clock = {
    now: () => now,
    random: Math.random,
    sleep: (ms: number) => new Promise<void>((r) => setTimeout(r, ms)),
  };
  const timers = { set: async () => {} };
  const count = () => createCountOutcomes({ ledger, failures, timers, clock, sha256 });

  /** As the stream does: what fails comes again. */
  async function told(records: readonly Recorded[]) {
    for (let again = 0; again < MANY; again++) {
      const made = await count()(records).catch(() => undefined);
      if (made !== undefined) return made;
    }
    throw new Error('never counted');
  }

  /** @returns the ticket that got to try, if it was this one */
  async function attempt(ticket_id: string): Promise<string | undefined> {
    const entry = { ticket_id, attempt: 1, ready_at: now, deadline: now + 60_000 } as unknown as QueueEntry;
    const breakers = createOpenBreakers({ ledger, clock, sha256 });
    const writes = await breakers.trialOf(entry, { agent_id } as AgentRecord);
    if (writes === undefined || writes.length === 0) return undefined;
    try {
      await ledger.commit(writes);
      return ticket_id;
    } catch (error) {
      if (!isConflict(error)) throw error;
      return undefined;
    }
  }

  const ended = (ticket_id: string, type: string): Recorded =>
    record(
      GENESIS,
      {
        ...{ aggregate: `TICKET#${ticket_id}`, at: now, subject: { ticket_id } },
        event: { type, agent_id, attempt: 1, ...(type === 'AttemptFailed' && { cause: 'reported', error_code: 'X' }) },
      },
      sha256,
    );

  return {
    ...{ told, attempt, ended },
    at(to: number) {
      now = to;
    },
    state: async () => (await ledger.loadState<BreakerState>(breakerAggregate(key)))?.state,
    events: async () => {
      const { records = [] } = (await ledger.loadAggregate(breakerAggregate(key))) ?? {};
      return records.map(({ event }) => event.type);
    },
  };
}

describeContract('A breaker', (stores) => {
  it('opens once, is tried by one and closed once, however many want it at the same time', async () => {
    const { told, attempt, ended, at, state, events } = world(stores());
    const many = (run: (nth: number) => Promise<unknown>) =>
      Promise.all(Array.from({ length: MANY }, (_, nth) => run(nth)));
    const run = randomUUID();

    // Failures, each told twice, all at once.
    await many((nth) => told([ended(`${run}-${nth >> 1}`, 'AttemptFailed')]));
    expect(await events()).toEqual(['BreakerOpened']);

    // Not yet; then half open, by the clock alone.
    expect(await attempt(`${run}-early`)).toBeUndefined();
    at(NOW + BREAKER.open_ms);
    const tried = (await many((nth) => attempt(`${run}-t${nth}`))) as (string | undefined)[];
    const [trial, ...others] = tried.filter((id) => id !== undefined);
    expect(others).toEqual([]);
    expect(await state()).toMatchObject({ phase: 'open', trial: { ticket_id: trial } });

    // Taken away: dropped once, and free for one of those that want it now.
    await many(() => told([ended(trial ?? '', 'TicketCancelled')]));
    expect(await events()).toEqual(['BreakerOpened', 'BreakerTried', 'BreakerTrialDropped']);
    const again = ((await many((nth) => attempt(`${run}-u${nth}`))) as (string | undefined)[]).filter(
      (id) => id !== undefined,
    );
    expect(again).toHaveLength(1);

    // Of all the outcomes that come now, that of the trial closes it, once.
    at(NOW + BREAKER.open_ms + 1000);
    await many((nth) => told([ended(nth % 3 === 0 ? (again[0] ?? '') : `${run}-v${nth}`, 'TicketCompleted')]));
    expect(await state()).toMatchObject({ phase: 'closed' });
    expect((await events()).slice(3)).toEqual(['BreakerTried', 'BreakerClosed']);
  });

  it('keeps a chain of events that leads to its state, whatever comes at once', async () => {
    const { told, attempt, ended, at, events } = world(stores());
    const run = randomUUID();
    for (let round = 0; round < 3; round++) {
      at(NOW + round * 10 * BREAKER.open_ms);
      await Promise.all(
        Array.from({ length: MANY }, (_, nth) =>
          nth % 4 === 0
            ? attempt(`${run}-${round}-${nth}`).then((id) =>
                id === undefined ? [] : told([ended(id, nth % 8 === 0 ? 'AttemptFailed' : 'TicketCompleted')]),
              )
            : told([ended(`${run}-${round}-x${nth}`, 'AttemptFailed')]),
        ),
      );
    }
    const all = await events();
    const opened = all.filter((type) => type === 'BreakerOpened').length;
    expect(opened).toBeGreaterThan(0);
    // The reducer refuses what does not fit, at each append: what is there is a path of its machine.
    expect(all[0]).toBe('BreakerOpened');
    expect(all.filter((type) => type === 'BreakerClosed').length).toBeLessThanOrEqual(opened);
  });
});
