import { expect, it } from 'vitest';
import { createSlots } from '../../agents/sdk/slots.ts';
import { assignmentOf, ticketOf } from './tickets.ts';

const some = (attempt = 1) => assignmentOf(ticketOf(), 'worker-1', attempt);

it('takes the next attempt of the same ticket for another assignment', () => {
  const slots = createSlots(2, () => new Promise(() => {}));
  const first = some();
  expect(slots.offer(first)).toBe(true);
  expect(slots.offer({ ...first })).toBe(false);
  expect(slots.offer({ ...first, attempt: 2 })).toBe(true);
});

it('answers with what waits when it is closed, and takes nothing after', async () => {
  const ends: (() => void)[] = [];
  const slots = createSlots(1, () => new Promise((resolve) => ends.push(() => resolve('done'))));
  const waiting = some();
  slots.offer(some());
  slots.offer(waiting);
  expect(slots.free()).toBe(0);
  expect(slots.close()).toEqual([waiting]);
  expect(slots.offer(some())).toBe(false);
  ends[0]?.();
  await slots.whenIdle();
  expect(ends).toHaveLength(1);
});
