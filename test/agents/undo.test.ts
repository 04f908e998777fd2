import { expect, it } from 'vitest';
import { compensatesOf } from '../../agents/sdk/compensates.ts';
import type { Run } from '../../agents/sdk/run-context.ts';
import type { ExecutionTicket } from '../../core/messages/execution-ticket.ts';
import { eventually } from './fake-clock.ts';
import { startAgent } from './setup.ts';
import { assignmentOf, ticketOf, undoTicketOf } from './tickets.ts';

const id = '0f8fad5b-d9cb-469f-a165-70867728950e';

it('reads from a ticket’s metadata what it undoes', () => {
  const output = JSON.stringify({ release: '1.4.0' });
  const metadata = { compensates: id, undo: 'deploy', task_type: 'DEPLOY', output };
  expect(compensatesOf(undoTicketOf('deploy', { metadata }))).toEqual({
    ticketId: id,
    taskId: 'deploy',
    output: { release: '1.4.0' },
  });
});

it.each([
  ['missing', {}],
  ['not JSON', { output: '{' }],
  ['no map of strings', { output: '{"release": 1}' }],
])('says that the output is not known when it is %s', (_case, more) => {
  const ticket = undoTicketOf('deploy', { metadata: { compensates: id, undo: 'deploy', ...more } });
  expect(compensatesOf(ticket)).toEqual({ ticketId: id, taskId: 'deploy', output: undefined });
});

it.each([
  ['of another type', { task_type: 'DEPLOY' as const, metadata: { compensates: id, undo: 'deploy' } }],
  ['that names nothing', { task_type: 'COMPENSATE' as const, metadata: {} }],
  ['that names no ticket', { task_type: 'COMPENSATE' as const, metadata: { compensates: 'x', undo: 'deploy' } }],
])('takes a ticket %s for a task of the plan’s own', (_case, fields) => {
  expect(compensatesOf(ticketOf(fields))).toBeUndefined();
});

async function report(ticket: ExecutionTicket, does: { run: Run; undo?: Run }) {
  const { edge, inbox } = await startAgent(does);
  edge.add(ticket);
  inbox.push(assignmentOf(ticket, 'worker-1'));
  await eventually(() => edge.reports.length === 1);
  return edge.reports[0]?.result;
}

it('does a ticket that undoes another one with the agent’s undo, never with its run', async () => {
  const run: Run = async () => ({ did: 'it again' });
  const undo: Run = async (_ticket, { compensates }) => ({ undid: compensates?.taskId ?? '' });
  expect(await report(undoTicketOf('deploy'), { run, undo })).toMatchObject({
    status: 'COMPLETED',
    result: { output: { undid: 'deploy' } },
  });
});

it('fails a ticket that undoes another one for good when the agent has no undo', async () => {
  let runs = 0;
  const run: Run = async () => ({ runs: String(++runs) });
  const result = await report(undoTicketOf('deploy'), { run });
  expect(result).toMatchObject({ status: 'FAILED', error: { code: 'UNDO_UNKNOWN', retryable: false } });
  expect(result?.error_message).toContain('deploy');
  expect(runs).toBe(0);
});
