import { expect, it } from 'vitest';
import { replay, undoReplay } from '../../agents/replay/replay.ts';
import { fakeClock } from './fake-clock.ts';
import { contextOf, ticketOf } from './tickets.ts';

function start(metadata: Record<string, string>) {
  const clock = fakeClock();
  const controller = new AbortController();
  const ended = replay(ticketOf({ metadata }), contextOf({ signal: controller.signal }), clock);
  ended.catch(() => {});
  return { clock, controller, ended };
}

it('spends the recorded time, scaled, and marks its output as replayed', async () => {
  const { clock, ended } = start({ recorded_runtime_ms: '120000', scale: '0.001', source: 'wfformat' });
  expect(clock.pending()).toBe(1);
  clock.advance(119);
  expect(clock.pending()).toBe(1);
  clock.advance(1);
  expect(await ended).toEqual({ replayed: 'true', recorded_runtime_ms: '120000', scale: '0.001', spent_ms: '120' });
});

it('spends the recorded time itself when no scale is given', async () => {
  const { clock, ended } = start({ recorded_runtime_ms: '250.5' });
  clock.advance(251);
  expect(await ended).toMatchObject({ replayed: 'true', scale: '1' });
});

it('ends early, without an output, when told to stop', async () => {
  const { controller, clock, ended } = start({ recorded_runtime_ms: '1000000' });
  controller.abort(new Error('stop'));
  await expect(ended).rejects.toThrow('stop');
  expect(clock.pending()).toBe(0);
});

it.each([
  ['no metadata', {}],
  ['an empty time', { recorded_runtime_ms: ' ' }],
  ['a word', { recorded_runtime_ms: 'long' }],
  ['a negative time', { recorded_runtime_ms: '-1' }],
  ['endless time', { recorded_runtime_ms: 'Infinity' }],
  ['a scale that is no number', { recorded_runtime_ms: '1', scale: 'x' }],
])('refuses a ticket with %s, saying that it is no recording', async (_case, metadata) => {
  await expect(start(metadata).ended).rejects.toMatchObject({ code: 'NOT_A_RECORDING', retryable: false });
});

it('has nothing to undo of what was replayed, and says so', async () => {
  const compensates = { ticketId: 'id', taskId: 'align', output: { replayed: 'true', spent_ms: '120' } };
  expect(await undoReplay(ticketOf(), contextOf({ compensates }))).toEqual({ replayed: 'true', undone: 'nothing' });
});

it.each([
  ['whose output is not known', undefined],
  ['that really did something', { release: '1.4.0' }],
])('does not pretend to undo a task %s', async (_case, output) => {
  const compensates = { ticketId: 'id', taskId: 'deploy', output };
  await expect(undoReplay(ticketOf(), contextOf({ compensates }))).rejects.toMatchObject({
    code: 'UNDO_UNKNOWN',
    retryable: false,
  });
});

it('is as fast, and fails as often, as the agent that it is told to be', async () => {
  const clock = fakeClock();
  const ticket = ticketOf({ metadata: { recorded_runtime_ms: '1000' } });
  const slow = replay(ticket, contextOf({}), clock, { speed: 0.5, failureRate: 0.3, random: () => 0.3 });
  clock.advance(1999);
  expect(clock.pending()).toBe(1);
  clock.advance(1);
  expect(await slow).toMatchObject({ replayed: 'true', speed: '0.5', spent_ms: '2000' });

  const failing = replay(ticket, contextOf({}), clock, { speed: 1, failureRate: 0.3, random: () => 0.29 });
  clock.advance(1000);
  await expect(failing).rejects.toMatchObject({ code: 'REPLAYED_FAILURE', retryable: true });
});
