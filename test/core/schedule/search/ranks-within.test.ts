import { describe, expect, it } from 'vitest';
import { upwardRanks } from '../../../../core/plan/upward-rank.ts';
import { ranksWithin } from '../../../../core/schedule/search/ranks-within.ts';

const task = (task_id: string, ms: number, ...dependencies: string[]) => ({ task_id, ms, dependencies });
const msOf = ({ ms }: { ms: number }): number => ms;
const JOIN = [
  task('long', 8),
  ...['a', 'b', 'c', 'd'].map((id) => task(id, 3)),
  task('join', 4, 'a', 'b', 'c', 'd', 'nobody'),
];

describe('a rank that knows the slots', () => {
  it('puts the tasks of a join before one that is longer than each, where slots are few', () => {
    const ranks = ranksWithin(JOIN, msOf, 2);
    expect(Object.fromEntries(ranks)).toEqual({ long: 8, a: 13, b: 11, c: 10, d: 7, join: 4 });
  });

  it('is the upward rank where there are slots enough', () => {
    expect(ranksWithin(JOIN, msOf, 1000)).toEqual(upwardRanks(JOIN, msOf));
  });

  it('refuses tasks that depend on each other in a circle', () => {
    expect(() => ranksWithin([task('a', 1, 'b'), task('b', 1, 'a')], msOf, 2)).toThrow('in a circle');
  });
});
