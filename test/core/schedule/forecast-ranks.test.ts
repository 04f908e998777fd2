import { describe, expect, it } from 'vitest';
import { forecastRanks, mayForecast, rankOf } from '../../../core/schedule/forecast-ranks.ts';
import { problemOf } from '../../../core/schedule/search/problem.ts';
import { createRandom } from '../../../core/simulate/random.ts';

describe('Forecast ranks', () => {
  it('put first what a join waits for where slots are few, though another task is as long', () => {
    const row = (ms: number) => new Float64Array(2).fill(ms);
    const problem = problemOf([[], [], [], [], [], [1, 2, 3, 4]], [8, 3, 3, 3, 3, 4].map(row), 2);
    const ranks = forecastRanks(problem, createRandom(1));
    const [long, first, second, third, fourth, join] = ranks as [number, number, number, number, number, number];
    expect(first).toBeGreaterThan(long);
    for (const before of [first, second, third, fourth]) expect(before).toBeGreaterThan(join);
  });

  it('are whole, and the same for the same plan on the same swarm', () => {
    const rows = [5.3, 2.2, 7.9, 1.4].map((ms) => Float64Array.of(ms, ms * 3));
    const problem = problemOf([[], [0], [0], [1, 2]], rows, 2);
    const ranks = forecastRanks(problem, createRandom(7));
    expect(ranks.every(Number.isInteger)).toBe(true);
    expect(forecastRanks(problem, createRandom(7))).toEqual(ranks);
  });

  it('that are equal keep the order of the plan, and never overtake a greater one', () => {
    const ranks = [10, 10, 11, 10];
    const order = [0, 1, 2, 3].sort((a, b) => rankOf(ranks, b) - rankOf(ranks, a));
    expect(order).toEqual([2, 0, 1, 3]);
  });

  it('are for plans with something to put in order, slots to put it on, and no more of both than the budget', () => {
    const budget = { schedules: 1, steps: 1, tasks: 10, cells: 40 };
    expect([2, 3, 10, 11].map((tasks) => mayForecast(tasks, 4, budget))).toEqual([false, true, true, false]);
    expect([0, 1, 4, 5].map((slots) => mayForecast(10, slots, budget))).toEqual([false, true, true, false]);
  });
});
