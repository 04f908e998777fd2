import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deposit, depositOf, type Ended, expiresAtS, trailKind } from '../../../core/trail/deposit.ts';
import {
  addStatistics,
  EPOCH_MS,
  EPOCHS_READ,
  evaporationOver,
  type IntegerSums,
  noStatistics,
  type Statistics,
  SUM_NAMES,
  statisticsOf,
} from '../../../core/trail/sums.ts';
import { NOW } from '../../support/plans.ts';

const TEN_YEARS_MS = 3653 * EPOCH_MS;

const attempts = fc.record<Ended>({
  pool: fc.constant('pool'),
  task_type: fc.constant('work'),
  agent_id: fc.constantFrom('a', 'b'),
  outcome: fc.constantFrom('success', 'failure', 'warning'),
  duration_ms: fc.double({ min: 0, max: 1e12, noNaN: true }),
  estimated_duration_ms: fc.integer({ min: 1, max: 2 ** 40 }),
  at: fc.integer({ min: NOW, max: NOW + TEN_YEARS_MS }),
});

const ended = (changes: Partial<Ended> = {}): Ended => ({
  ...{ pool: 'pool', task_type: 'work', agent_id: 'a', outcome: 'success' },
  ...{ duration_ms: 2000, estimated_duration_ms: 1000, at: NOW },
  ...changes,
});

/** Sums by epoch and agent, as the ledger adds them up. */
function ledgerOf(deposits: readonly Deposit[]): Map<string, IntegerSums> {
  const rows = new Map<string, IntegerSums>();
  for (const { epoch, agent_id, sums } of deposits) {
    const before = rows.get(`${epoch} ${agent_id}`);
    const after = SUM_NAMES.map((name) => [name, (before?.[name] ?? 0n) + sums[name]]);
    rows.set(`${epoch} ${agent_id}`, Object.fromEntries(after) as IntegerSums);
  }
  return rows;
}

const at = (ended: Ended, now: number): Statistics => {
  const { epoch, sums } = depositOf(ended);
  const read = noStatistics();
  addStatistics(read, statisticsOf(sums), evaporationOver(now - epoch * EPOCH_MS));
  return read;
};

describe('Deposits', () => {
  it('add up to the same in whatever order and groups they come', () => {
    const shuffled = fc
      .array(attempts, { maxLength: 12 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, fc.nat(12), ([one, other], cut) => {
        const [left, right] = [other.slice(0, cut), other.slice(cut)].map((part) => ledgerOf(part.map(depositOf)));
        const grouped = [...(left ?? []), ...(right ?? [])].map(([key, sums]) => {
          const [epoch, agent_id] = key.split(' ') as [string, string];
          return { pool: 'pool', epoch: Number(epoch), agent_id, task_type: 'work', sums };
        });
        const sorted = (rows: Map<string, IntegerSums>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(ledgerOf(grouped))).toEqual(sorted(ledgerOf(one.map(depositOf))));
      }),
    );
  });

  it('are whole numbers that a billion a day of, for ten years, leave within 38 digits', () => {
    fc.assert(
      fc.property(attempts, (attempt) => {
        for (const sum of Object.values(depositOf(attempt).sums)) {
          const all = 1_000_000_000n * (sum < 0n ? -sum : sum);
          expect(all < 10n ** 38n).toBe(true);
        }
      }),
    );
    const last = ended({ at: (Math.floor(NOW / EPOCH_MS) + 1) * EPOCH_MS - 1, duration_ms: 1e15 });
    expect(1_000_000_000n * depositOf(last).sums.fast_ln2).toBeGreaterThan(10n ** 37n);
  });

  it('are read as what happened: one attempt, its weight faded by 10 % an hour, and by half in 20 minutes', () => {
    const now = at(ended(), NOW);
    expect(now.slow.attempts).toBeCloseTo(1, 4);
    expect(now.slow.ln).toBeCloseTo(Math.LN2, 4);
    expect(now.fast.ln2).toBeCloseTo(Math.LN2 ** 2, 4);
    const later = at(ended(), NOW + 3_600_000);
    expect(later.slow.attempts).toBeCloseTo(0.9, 4);
    expect(later.fast.attempts).toBeCloseTo(1 / 8, 4);
  });

  it('evaporate as much in two steps as in one', () => {
    fc.assert(
      fc.property(attempts, fc.nat(EPOCHS_READ * EPOCH_MS), fc.nat(EPOCH_MS), (attempt, first, second) => {
        const twice = noStatistics();
        addStatistics(twice, at(attempt, attempt.at + first), evaporationOver(second));
        const once = at(attempt, attempt.at + first + second);
        for (const [a, b] of [
          [twice.slow, once.slow],
          [twice.fast, once.fast],
        ] as const)
          for (const name of ['attempts', 'failures', 'ln', 'ln2'] as const)
            expect(Math.abs(a[name] - b[name])).toBeLessThanOrEqual(1e-9 * Math.abs(b[name]));
      }),
    );
  });

  it('weigh no more than the attempt at any later time, and are finite', () => {
    fc.assert(
      fc.property(attempts, fc.nat(TEN_YEARS_MS), (attempt, later) => {
        const { slow, fast } = at(attempt, attempt.at + later);
        for (const { attempts: n, failures, ln, ln2 } of [slow, fast]) {
          expect(n).toBeGreaterThanOrEqual(0);
          expect(n).toBeLessThanOrEqual(1.0001);
          expect(failures).toBeLessThanOrEqual(n);
          expect(Number.isFinite(ln) && ln2 >= 0).toBe(true);
        }
      }),
    );
  });

  it('say nothing of durations where the attempt failed, and count a warning as half a failure', () => {
    const failed = at(ended({ outcome: 'failure', duration_ms: 1 }), NOW).slow;
    expect(failed).toMatchObject({ ln: 0, ln2: 0 });
    expect(failed.failures).toBe(failed.attempts);
    const warned = at(ended({ outcome: 'warning' }), NOW).slow;
    expect(warned.attempts).toBeCloseTo(failed.attempts / 2, 4);
    expect(warned.failures).toBe(warned.attempts);
  });

  it('name a kind of work by no more than a key can hold, and never by half a character', () => {
    expect(trailKind('compile')).toBe('compile');
    const long = trailKind('🐝'.repeat(5000));
    expect(long.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(long)).toBeLessThan(1024 - 64);
    expect(depositOf(ended({ task_type: '🐝'.repeat(5000) })).task_type).toBe(long);
  });

  it('are kept until after they are last read', () => {
    const { epoch } = depositOf(ended());
    const lastRead = (epoch + EPOCHS_READ) * EPOCH_MS;
    expect(expiresAtS(epoch) * 1000).toBeGreaterThan(lastRead);
  });
});
