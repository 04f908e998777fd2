import { describe, expect, it } from 'vitest';
import { eventLines } from '../../bin/support/event-lines.ts';
import { NOW } from '../support/plans.ts';

const linesOf = (event: { type: string }) => eventLines({ version: 3, at: NOW, event } as never);

describe('an event of a ticket', () => {
  it('tells times as times and durations as durations', () => {
    const started = { type: 'TicketStarted', agent_id: 'x', attempt: 2, timeout_at: NOW + 1500 };
    expect(linesOf(started)[0]).toMatch(
      /^ {3}3 {2}2\S+T12:00:00\.000Z {2}TicketStarted {2}agent_id=x attempt=2 timeout_at=2\S+T12:00:01\.500Z$/,
    );
    expect(linesOf({ type: 'TicketAssigned', lease_ms: 15_000 } as never)[0]).toContain('lease_ms=15.0 s');
  });

  it('keeps to itself what is a secret or the orchestrator’s own', () => {
    const told = linesOf({ type: 'T', task_token: 'a', claim_digest: 'b', queue_key: 'c', pool: 'build' } as never);
    expect(told.join(' ')).toMatch(/ {2}T {2}pool=build$/);
  });

  it('shows what an agent, or an operator in its place, gave', () => {
    const result = { success: true, output: { image: 'app:7' }, metadata: {}, logs: ['built\u001b[2J'] };
    expect(linesOf({ type: 'TicketCompleted', result } as never).slice(1)).toEqual([
      '       image: app:7',
      '       | built\\u001b[2J',
    ]);
    expect(linesOf({ type: 'TicketSkipped', output: { image: 'x' } } as never)).toContain('       image: x');
  });
});
