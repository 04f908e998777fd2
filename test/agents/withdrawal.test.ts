import { expect, it } from 'vitest';
import { problemAnswer } from './edge.ts';
import { eventually } from './fake-clock.ts';
import { controlledRun, startAgent } from './setup.ts';
import { assignmentOf, ticketOf, withdrawalOf } from './tickets.ts';

const AGENT = 'worker-1';

async function running(options: { capacity?: number } = {}) {
  const work = controlledRun();
  const started = await startAgent({ run: work.run, ...options });
  const ticket = ticketOf();
  started.edge.add(ticket);
  started.inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => work.running.length === 1);
  return { ...started, running: work.running, ticket };
}

it('stops at once the work on a ticket that is withdrawn, reports nothing, and goes on to the next', async () => {
  const { edge, inbox, running: work, ticket, lines } = await running();
  inbox.push(withdrawalOf(ticket, AGENT));
  await eventually(() => work[0]?.signal.aborted === true && inbox.left().length === 0);
  expect(lines.find((line) => line.startsWith('ticket lost'))).toContain('the plan was cancelled');
  const next = ticketOf();
  edge.add(next);
  inbox.push(assignmentOf(next, AGENT));
  await eventually(() => work.length === 2);
  work[1]?.finish();
  await eventually(() => edge.reports.length === 1);
  expect(edge.reports[0]?.result.ticket_id).toBe(next.ticket_id);
});

it('does not mind that another ticket, an older attempt, or another agent’s is withdrawn', async () => {
  const { edge, inbox, running: work, ticket } = await running();
  inbox.push(withdrawalOf(ticketOf(), AGENT));
  inbox.push(withdrawalOf(ticket, 'somebody-else'));
  inbox.push({ ...withdrawalOf(ticket, AGENT), attempt: 0 }); // no such attempt: not a message at all
  await eventually(() => inbox.left().length === 0);
  expect(work[0]?.signal.aborted).toBe(false);
  work[0]?.finish();
  await eventually(() => edge.reports.length === 1);
});

it('does not begin what was withdrawn before it came', async () => {
  const { edge, inbox, running: work } = await running({ capacity: 2 });
  const [gone, good] = [ticketOf({ task_id: 'gone' }), ticketOf({ task_id: 'good' })];
  edge.add(gone);
  edge.add(good);
  inbox.push(withdrawalOf(gone, AGENT));
  inbox.push(assignmentOf(gone, AGENT));
  inbox.push(assignmentOf(good, AGENT));
  await eventually(() => work.length === 2);
  expect(work.map(({ taskId }) => taskId)).toEqual(['compile', 'good']);
});

it('ends its claim when the ticket is withdrawn while the API does not answer', async () => {
  const { edge, inbox, running: work, lines } = await running({ capacity: 2 });
  const ticket = ticketOf();
  edge.add(ticket);
  edge.fail('POST claim', ...Array.from({ length: 100 }, () => problemAnswer(503, 'TRY_AGAIN')));
  inbox.push(assignmentOf(ticket, AGENT));
  await eventually(() => edge.calls.some(({ path }) => path === `/tickets/${ticket.ticket_id}/claim`));
  inbox.push(withdrawalOf(ticket, AGENT));
  await eventually(() => lines.some((line) => line.startsWith('claim failed')));
  expect(work).toHaveLength(1);
});

it('begins a later attempt of a ticket only when the older one, which it aborts, has ended', async () => {
  let endFirst = () => {};
  let begun = false;
  let aborted = false;
  const { edge, inbox } = await startAgent({
    capacity: 3,
    run: (ticket, { attempt, signal }) => {
      if (ticket.task_id !== 'twice' || attempt > 1) return Promise.resolve({ attempt: String(attempt) });
      begun = true;
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((_, reject) => {
        endFirst = () => reject(new Error('aborted'));
      });
    },
  });
  const [twice, other] = [ticketOf({ task_id: 'twice' }), ticketOf({ task_id: 'other' })];
  edge.add(twice);
  edge.add(other);
  inbox.push(assignmentOf(twice, AGENT));
  await eventually(() => begun);
  inbox.push(assignmentOf(twice, AGENT, 2));
  inbox.push(assignmentOf(other, AGENT));
  await eventually(() => edge.reports.length === 1); // the other one, which came after
  expect([aborted, edge.claims.length]).toEqual([true, 2]);
  endFirst();
  await eventually(() => edge.reports.length === 2);
  expect(edge.reports[1]).toMatchObject({ attempt: 2, result: { result: { output: { attempt: '2' } } } });
});

it('ends an older attempt also when its heartbeat names the later one, and no slot is free', async () => {
  const { edge, clock, ticket, running: work } = await running({ capacity: 1 });
  edge.held.push(assignmentOf(ticket, AGENT, 2));
  clock.advance(5000);
  await eventually(() => work.length === 2);
  expect(work.map(({ signal }) => signal.aborted)).toEqual([true, false]);
});

it('goes on with its work when it is reminded of it: a program was told its time with the claim', async () => {
  const { edge, inbox, running: work, ticket } = await running();
  const { kind: _, ...assignment } = assignmentOf(ticket, AGENT);
  inbox.push({ kind: 'ticket_reminder', ...assignment, nth: 1, due_at: 1 });
  await eventually(() => inbox.left().length === 0);
  expect(work[0]?.signal.aborted).toBe(false);
  work[0]?.finish();
  await eventually(() => edge.reports.length === 1);
});
