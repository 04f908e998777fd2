import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { GENESIS, type Recorded, record } from '../../../core/ledger/chain.ts';
import type { LedgerEvent } from '../../../core/ledger/project.ts';
import type { TallyIncrement } from '../../../core/ports/tallies.ts';
import { tally } from '../../../core/tally/count.ts';
import { minuteOf, PLAN_SLA, poolSeries, TICKET_SLA } from '../../../core/tally/series.ts';
import { NOW } from '../../support/plans.ts';

const at = (when: number, event: LedgerEvent): Recorded<LedgerEvent> =>
  record(GENESIS, { aggregate: 'TICKET#1', at: when, subject: {}, event }, sha256);
const result = { success: true, output: {}, metadata: {}, logs: [] };
const attempt = { agent_id: 'a', attempt: 1, duration_ms: 70, pool: 'p', deadline: NOW + 100 };
const failure = { cause: 'reported' as const, error_code: 'E', error_message: 'm' };
const completed: LedgerEvent = { type: 'TicketCompleted', ...attempt, result_digest: 'd', result };
const failed: LedgerEvent = { type: 'TicketFailed', ...attempt, ...failure, retryable: true };
const again: LedgerEvent = { type: 'AttemptFailed', ...attempt, ...failure, retry_at: NOW };
const ready: LedgerEvent = { type: 'TicketReady', pool: 'p', queue_key: 'k' };
const planDone: LedgerEvent = { type: 'PlanCompleted', tickets: 1, duration_ms: 1, deadline: NOW + 100 };
const ending = { reason: 'r', failed_tasks: [] };
const undone: LedgerEvent = { type: 'PlanCompensating', ...ending, compensations: 1, in_doubt: [] };

const of = (series: string, increments: readonly TallyIncrement[]) =>
  increments.filter((increment) => increment.series === series).map(({ counts }) => counts);

describe('what is counted', () => {
  it('is good when a ticket is completed by its deadline, and bad when later or failed for good', () => {
    expect(of(TICKET_SLA, tally([at(NOW + 100, completed)]))).toEqual([{ good: 1 }]);
    expect(of(TICKET_SLA, tally([at(NOW + 101, completed)]))).toEqual([{ bad: 1 }]);
    expect(of(TICKET_SLA, tally([at(NOW, failed)]))).toEqual([{ bad: 1 }]);
    expect(of(TICKET_SLA, tally([at(NOW, again)]))).toEqual([]);
  });

  it('is good when a plan is completed by its deadline, and bad when later, failed or undone', () => {
    expect(of(PLAN_SLA, tally([at(NOW + 100, planDone)]))).toEqual([{ good: 1 }]);
    expect(of(PLAN_SLA, tally([at(NOW + 101, planDone)]))).toEqual([{ bad: 1 }]);
    expect(of(PLAN_SLA, tally([at(NOW, { type: 'PlanFailed', ...ending })]))).toEqual([{ bad: 1 }]);
    expect(of(PLAN_SLA, tally([at(NOW, undone)]))).toEqual([{ bad: 1 }]);
  });

  it('is neither where an operator gave the plan or the ticket up', () => {
    const person = { by: 'ada', why: 'because' };
    const given: LedgerEvent[] = [
      { type: 'PlanCompensating', ...ending, compensations: 1, in_doubt: [], operator: person },
      { type: 'PlanCancelled', ...person },
      { type: 'TicketCancelled', reason: 'r' },
      { type: 'TicketSkipped', ...person, output: {} },
    ];
    expect(tally(given.map((event) => at(NOW, event)))).toEqual([]);
  });

  it('is, of a pool, what arrived, and what each attempt took', () => {
    const counted = tally([ready, again, ready, completed].map((event) => at(NOW, event)));
    expect(of(poolSeries('p'), counted)).toEqual([{ arrivals: 2, served: 2, service_ms: 140, failures: 1 }]);
  });

  it('leaves out an attempt that nobody claimed: nothing has run', () => {
    const unclaimed: LedgerEvent = { ...again, cause: 'claim_timeout', duration_ms: 0 } as LedgerEvent;
    expect(tally([at(NOW, unclaimed)])).toEqual([]);
  });

  it('falls in the minute that it happened in, and is the same however the events are ordered and parted', () => {
    const event = fc.constantFrom(completed, failed, again, ready, planDone, undone);
    const history = fc.array(fc.tuple(event, fc.integer({ min: NOW, max: NOW + 600_000 })), { maxLength: 40 });
    const sum = (lists: readonly TallyIncrement[][]) => {
      const total = new Map<string, number>();
      for (const { series, at: when, counts } of lists.flat())
        for (const [name, count] of Object.entries(counts)) {
          expect(when).toBe(minuteOf(when));
          const key = `${series} ${when} ${name}`;
          total.set(key, (total.get(key) ?? 0) + count);
        }
      return new Map([...total].sort());
    };
    fc.assert(
      fc.property(history, fc.nat(), (list, cut) => {
        const records = list.map(([of, when]) => at(when, of));
        const whole = tally(records);
        const parts = [tally(records.slice(0, cut % 40)), tally(records.slice(cut % 40))];
        expect(sum(parts)).toEqual(sum([whole]));
        expect(tally(records.toReversed())).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });
});
