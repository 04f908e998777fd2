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

it('never starts what was withdrawn, whether it waits or is offered only then', async () => {
  const started: string[] = [];
  let end = () => {};
  const slots = createSlots(1, ({ ticket_id }) => {
    started.push(ticket_id);
    return new Promise((resolve) => (end = () => resolve('done')));
  });
  const [first, waiting, late] = [some(), some(), some()];
  slots.offer(first);
  slots.offer(waiting);
  slots.withdraw(waiting);
  slots.withdraw(late);
  expect(slots.offer(late)).toBe(false);
  end();
  await slots.whenIdle();
  expect(started).toEqual([first.ticket_id]);
});

it('has room for as many to wait as it can run', async () => {
  const slots = createSlots(1, () => new Promise(() => {}));
  slots.offer(some());
  await slots.whenRoom();
  const waiting = some();
  slots.offer(waiting);
  let room = false;
  const told = slots.whenRoom().then(() => (room = true));
  await null;
  expect(room).toBe(false);
  slots.withdraw(waiting);
  await told;
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
