import { expect, it } from 'vitest';
import { forEachAtOnce } from '../../core/at-once.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('runs each item once, and no more of them at the same time than it may', async () => {
  const seen: number[] = [];
  let running = 0;
  let most = 0;
  await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await turn();
    seen.push(item);
    running -= 1;
  });
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
  await forEachAtOnce([], 3, async () => expect.unreachable());
});

it('throws the first failure and begins nothing after it', async () => {
  const begun: number[] = [];
  const run = async (item: number) => {
    begun.push(item);
    await turn();
    if (item === 2) throw new Error('two');
  };
  await expect(forEachAtOnce([1, 2, 3, 4, 5, 6], 2, run)).rejects.toThrow('two');
  await turn();
  await turn();
  expect(begun).not.toContain(5);
});
