import { expect, it } from 'vitest';
import { transpose } from '../../../../core/plan/compile/adjacency.ts';
import { closureOf } from '../../../../core/plan/compile/closure.ts';
import { hang } from '../../../../core/plan/compile/forest.ts';

/** a0 → b1 → c4 → d5, beside it a0 → x2 → c4 and b1 → y3 → d5. */
const successors = { start: Int32Array.of(0, 2, 4, 5, 6, 7, 7), list: Int32Array.of(1, 2, 3, 4, 4, 5, 5) };
const { precedes } = closureOf(successors);
const q = { size: 6, successors, predecessors: transpose(successors), weight: () => 1, precedes };

it('joins of one chain nest: the outer one waits for where the inner one ends', () => {
  const { forks, roots } = hang(q, [[0, 1, 4, 5], [2], [3]]);
  expect(roots).toEqual([0]);
  expect([...forks]).toEqual([
    [0, { guests: [1], until: 3 }],
    [1, { guests: [2], until: 3 }],
  ]);
});
