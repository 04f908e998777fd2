import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type QueueOf, queueOf, type SwarmOf, swarmOf } from '../../../../bench/match/swarm.ts';
import { seeded } from '../../../../bench/support/random-plans.ts';
import { ASSIGN_SETTINGS, assign } from '../../../../core/swarm/match/assignment/assign.ts';
import { auction } from '../../../../core/swarm/match/assignment/auction.ts';
import { type Assigned, type Costs, NONE, totalCost } from '../../../../core/swarm/match/assignment/costs.ts';
import { exchangePairs, greedy } from '../../../../core/swarm/match/assignment/greedy.ts';
import { serveInOrder } from '../../../../core/swarm/match/assignment/served.ts';
import { shortestPaths } from '../../../../core/swarm/match/assignment/shortest-paths.ts';
import { createBeliefs } from '../../../../core/swarm/match/belief.ts';
import { COST_SETTINGS } from '../../../../core/swarm/match/cost.ts';
import { createEligible } from '../../../../core/swarm/match/eligible.ts';
import { roundCosts } from '../../../../core/swarm/match/round-costs.ts';
import { slotsOf } from '../../../../core/swarm/match/slots.ts';
import { NOW } from '../../../support/plans.ts';

const costsOf = (rows: number, columns: number) =>
  fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.nat(50) }, fc.constant(Infinity)), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((cells): Costs => ({ rows, columns, cells: Float64Array.from(cells) }));
const small = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain((size) => costsOf(...size));
/** Everyone may have everything, and where they agree on what is good it is hard. */
const dense = fc
  .record({ rows: fc.integer({ min: 2, max: 40 }), spare: fc.nat(10), agree: fc.boolean(), seed: fc.integer() })
  .map(({ rows, spare, agree, seed }): Costs => {
    const random = seeded(seed);
    const columns = rows + spare;
    const some = (count: number) => Array.from({ length: count }, () => 1 + 1000 * random());
    const [a, b] = [some(rows), some(columns)];
    const cells = Float64Array.from({ length: rows * columns }, (_, at) => {
      const product = (a[Math.floor(at / columns)] as number) * (b[at % columns] as number);
      return (agree ? product : 0) + 10_000 * random();
    });
    return { rows, columns, cells };
  });

/** Square and not, with cells that may not be, equal costs, heavy tails, and rows that agree. */
const shaped = fc
  .record({
    ...{ rows: fc.integer({ min: 1, max: 24 }), columns: fc.integer({ min: 1, max: 24 }), seed: fc.integer() },
    ...{
      kind: fc.constantFrom('uniform', 'equal', 'heavy', 'agree', 'few values'),
      never: fc.constantFrom(0, 0, 0.3, 0.8),
    },
  })
  .map(({ rows, columns, seed, kind, never }) => shapedOf(rows, columns, seed, kind, never));

function shapedOf(rows: number, columns: number, seed: number, kind: string, never = 0): Costs {
  const random = seeded(seed);
  const some = (count: number) => Array.from({ length: count }, () => random());
  const [a, b] = [some(rows), some(columns)];
  const costOf = (row: number, column: number): number => {
    if (kind === 'equal') return 7;
    if (kind === 'heavy') return 10 / (random() + 1e-6) ** 1.2;
    if (kind === 'few values') return Math.floor(4 * random());
    if (kind === 'agree') return 1 + 1000 * (a[row] as number) * (b[column] as number);
    return 1000 * random();
  };
  const cells = Float64Array.from({ length: rows * columns }, (_, at) => {
    const cost = costOf(Math.floor(at / columns), at % columns);
    return never > 0 && random() < never ? Infinity : cost;
  });
  return { rows, columns, cells };
}

const largeRounds = (): Record<string, Costs> => ({
  uniform: shapedOf(250, 250, 1, 'uniform'),
  'with columns to spare': shapedOf(200, 300, 2, 'uniform'),
  'with rows to spare': shapedOf(300, 200, 3, 'uniform'),
  'all equal': shapedOf(220, 220, 4, 'equal'),
  'heavy tails': shapedOf(250, 250, 5, 'heavy'),
  'rows that agree': shapedOf(260, 260, 6, 'agree'),
  'rows that agree, columns to spare': shapedOf(200, 260, 7, 'agree'),
  'many cells that may not be': shapedOf(250, 250, 8, 'uniform', 0.7),
});

function costsOfRound(of: SwarmOf & QueueOf): Costs {
  const swarm = swarmOf(of);
  const { agents, estimates, random } = swarm;
  const entries = queueOf(of, swarm);
  const beliefs = createBeliefs({ estimates, random }, 'thompson');
  const eligible = createEligible(agents, NOW);
  return roundCosts({
    ...{ entries, agents, ...slotsOf(agents, entries.length), now: NOW, eligible, beliefs, settings: COST_SETTINGS },
  });
}

/** Who is served, the first ones first, and then what it costs: by trying everything. */
function bruteForce({ rows, columns, cells }: Costs): { served: boolean[]; cost: number } {
  const better = (a: { served: boolean[]; cost: number }, b: { served: boolean[]; cost: number }) => {
    const at = a.served.findIndex((is, row) => is !== b.served[row]);
    return at === -1 ? a.cost < b.cost : (a.served[at] as boolean);
  };
  let best = { served: new Array<boolean>(rows).fill(false), cost: 0 };
  const go = (row: number, used: Set<number>, served: boolean[], cost: number): void => {
    if (row === rows) {
      const found = { served, cost };
      if (better(found, best)) best = found;
      return;
    }
    for (let column = 0; column < columns; column++) {
      const more = cells[row * columns + column] as number;
      if (used.has(column) || more === Infinity) continue;
      go(row + 1, new Set([...used, column]), [...served, true], cost + more);
    }
    go(row + 1, used, [...served, false], cost);
  };
  go(0, new Set(), [], 0);
  return best;
}

const servedBy = (columnOf: Assigned) => [...columnOf].map((column) => column !== NONE);
/** Settings under which nothing is small enough to be solved exactly. */
const large = { ...ASSIGN_SETTINGS, exact_cells: 0 };

function expectValid({ columns, cells }: Costs, columnOf: Assigned): void {
  const given = [...columnOf].filter((column) => column !== NONE);
  expect(new Set(given).size).toBe(given.length);
  columnOf.forEach((column, row) => {
    if (column !== NONE) expect(cells[row * columns + column]).not.toBe(Infinity);
  });
}

describe('an assignment', () => {
  it('serves the first rows first and costs the least for these, as trying everything does', () => {
    fc.assert(
      fc.property(small, (costs) => {
        const { columnOf, method } = assign(costs);
        const best = bruteForce(costs);
        expectValid(costs, columnOf);
        expect(method).toBe('optimal');
        expect(servedBy(columnOf)).toEqual(best.served);
        expect(totalCost(costs, columnOf)).toBe(best.cost);
      }),
      { numRuns: 300 },
    );
  });

  it('is proven to be the cheapest by its dual variables', () => {
    fc.assert(
      fc.property(dense, (costs) => {
        const { columnOf, bound } = shortestPaths(costs);
        expect(totalCost(costs, columnOf)).toBeCloseTo(bound, 3);
      }),
    );
  });

  it('serves the same rows however it is solved', () => {
    fc.assert(
      fc.property(small, fc.constantFrom(0, 10, 1e6), (costs, auction_cells) => {
        const { columnOf } = assign(costs, { ...large, auction_cells });
        expectValid(costs, columnOf);
        expect(servedBy(columnOf)).toEqual(bruteForce(costs).served);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['rows agree on which columns are good', 1],
    ['every row has its own', 0],
  ])('costs within 1 %% of the least in a large round, where %s', (_case, agreed) => {
    const random = seeded(11);
    const size = 260;
    const good = Array.from({ length: size }, () => random());
    const cells = Float64Array.from({ length: size * size }, (_, at) => {
      const of = good[at % size] as number;
      return 1000 * (1 + Math.floor(at / size) / size) * (0.2 + agreed * of + (agreed === 1 ? 0.05 : 1) * random());
    });
    const costs: Costs = { rows: size, columns: size, cells };
    const { columnOf, method } = assign(costs, { ...ASSIGN_SETTINGS, exact_cells: 0 });
    expect(method).toBe('near_optimal');
    expect(new Set(columnOf).size).toBe(size);
    const least = totalCost(costs, shortestPaths(costs).columnOf);
    expect(totalCost(costs, columnOf) / least - 1).toBeLessThan(0.01);
  });

  it('costs within ε a row of the least where it is auctioned', () => {
    fc.assert(
      fc.property(dense, fc.constantFrom(1, 100), (costs, epsilon) => {
        const optimum = totalCost(costs, shortestPaths(costs).columnOf);
        const all = Array.from({ length: costs.rows }, (_, row) => row);
        const shares = costs.rows === costs.columns ? [100, 10, 1] : [1];
        const { columnOf, complete } = auction(costs, all, epsilon, 1e7, { shares, slack: 0, gap: 0 });
        expect(complete).toBe(true);
        expect(servedBy(columnOf)).not.toContain(false);
        expect(totalCost(costs, columnOf)).toBeLessThanOrEqual(optimum + costs.rows * epsilon + 1e-3);
      }),
      { numRuns: 30 },
    );
  });

  it('is never cheaper than what is proven to be the least, whatever the shape of the costs', () => {
    fc.assert(
      fc.property(shaped, fc.constantFrom(0, 10, 2_000, 1e7), (costs, auction_cells) => {
        const { columnOf, bound, method } = assign(costs, { ...large, auction_cells });
        const exact = shortestPaths(costs);
        const least = totalCost(costs, exact.columnOf);
        expectValid(costs, columnOf);
        expect(servedBy(columnOf)).toEqual(servedBy(exact.columnOf));
        expect(bound).toBeLessThanOrEqual(least + 1e-6 * (1 + least));
        if (method === 'near_optimal' && auction_cells === 1e7 && servedBy(columnOf).every(Boolean))
          expect(totalCost(costs, columnOf)).toBeLessThanOrEqual(least * 1.02 + 1e-6);
      }),
      { numRuns: 400 },
    );
  });

  it('is never cheaper than what prices of a sample prove', () => {
    const samples = ASSIGN_SETTINGS.samples.map((sample) => ({ ...sample, agreement: -1, one_of: 2, least: 2 }));
    const always = { ...large, agreement: -1, samples };
    fc.assert(
      fc.property(shaped, fc.constantFrom(0.01, 0.5, 1e9), (costs, gap) => {
        const { columnOf, bound } = assign(costs, { ...always, gap });
        const exact = shortestPaths(costs);
        const least = totalCost(costs, exact.columnOf);
        expectValid(costs, columnOf);
        expect(servedBy(columnOf)).toEqual(servedBy(exact.columnOf));
        expect(bound).toBeLessThanOrEqual(least + 1e-6 * (1 + least));
      }),
      { numRuns: 400 },
    );
  });

  it('proves no more than is so where rows may have few columns, or costs are of all sizes', () => {
    const tall = fc.record({
      ...{ size: fc.integer({ min: 60, max: 100 }), each: fc.constantFrom(3, 5), seed: fc.integer() },
      powers: fc.constantFrom(0, 15),
    });
    fc.assert(
      fc.property(tall, ({ size, each, seed, powers }) => {
        const random = seeded(seed);
        const cells = Float64Array.from({ length: size * size }, () => {
          if (powers > 0) return Math.exp(powers * random());
          return random() < each / size ? 1 + Math.floor(9 * random()) : Infinity;
        });
        const costs: Costs = { rows: size, columns: size, cells };
        const { columnOf, bound, method } = assign(costs, large);
        const exact = shortestPaths(costs);
        const least = totalCost(costs, exact.columnOf);
        expect(servedBy(columnOf)).toEqual(servedBy(exact.columnOf));
        expect(bound).toBeLessThanOrEqual(least * (1 + 1e-9));
        if (method === 'near_optimal') expect(totalCost(costs, columnOf)).toBeLessThanOrEqual(least * 1.02);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['one kind of work', { kinds: 1 }],
    ['four kinds', { kinds: 4 }],
    ['fewer tickets than slots', { kinds: 4, tickets: 300 }],
    ['four slots an agent', { kinds: 4, agents: 100, slots: 4 }],
  ])('costs within 1 %% of the least in rounds of tickets and agents, greedily: %s', (_name, changes) => {
    const base = { agents: 400, tickets: 400, slots: 1, capabilities: 1, skills: 1, kind_spread: 0.3 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const costs = costsOfRound({ ...base, ...changes, seed });
      const { columnOf, bound, method } = assign(costs, large);
      const paid = totalCost(costs, columnOf);
      expect(method).toBe('near_optimal');
      expect(paid / bound).toBeLessThanOrEqual(1.02);
      expect(paid / totalCost(costs, shortestPaths(costs).columnOf)).toBeLessThanOrEqual(1.01);
    }
  });

  it('is proven to be within 2 % of the least in large rounds of many kinds, and is within 1 %', () => {
    for (const [name, costs] of Object.entries(largeRounds())) {
      const { columnOf, bound, method } = assign(costs, large);
      const least = totalCost(costs, shortestPaths(costs).columnOf);
      const paid = totalCost(costs, columnOf);
      expect([name, method]).toEqual([name, 'near_optimal']);
      expect(bound / least, name).toBeLessThanOrEqual(1 + 1e-9);
      expect(paid / bound, name).toBeLessThanOrEqual(1.02);
      expect(paid / least, name).toBeLessThanOrEqual(1.01);
      expect([...assign(costs, large).columnOf]).toEqual([...columnOf]);
    }
  });

  it('falls back to greedy when an auction may not look at anything', () => {
    const costs: Costs = { rows: 2, columns: 2, cells: Float64Array.of(1, 2, 1, 9) };
    const { columnOf, method } = assign(costs, { ...large, auction_cells: 0, exchanges: { passes: 1, pairs: 4 } });
    expect([method, ...columnOf]).toEqual(['greedy', 1, 0]);
  });

  it('leaves those unserved that may have nothing', () => {
    const costs: Costs = { rows: 2, columns: 1, cells: Float64Array.of(Infinity, 5) };
    for (const settings of [ASSIGN_SETTINGS, large]) expect([...assign(costs, settings).columnOf]).toEqual([NONE, 0]);
  });
});

describe('serving in order', () => {
  it('moves earlier rows so that later ones are served too, and drops none', () => {
    const costs: Costs = { rows: 3, columns: 2, cells: Float64Array.of(1, 1, 1, Infinity, 1, 1) };
    const columnOf = Int32Array.of(0, NONE, NONE);
    serveInOrder(costs, columnOf, [1, 2]);
    expect([...columnOf]).toEqual([1, 0, NONE]);
  });
});

describe('exchanges', () => {
  it('never make an assignment dearer, and serve the same rows', () => {
    fc.assert(
      fc.property(fc.oneof(small, dense), fc.constantFrom(1, 20, 1e4), (costs, pairs) => {
        const columnOf = greedy(costs, Array.from({ length: costs.rows }).keys());
        const before = { cost: totalCost(costs, columnOf), served: servedBy(columnOf) };
        exchangePairs(costs, columnOf, [...columnOf.keys()], { passes: 3, pairs });
        expectValid(costs, columnOf);
        expect(totalCost(costs, columnOf)).toBeLessThanOrEqual(before.cost);
        expect(servedBy(columnOf)).toEqual(before.served);
      }),
    );
  });
});
