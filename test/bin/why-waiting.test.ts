import { describe, expect, it } from 'vitest';
import { agentLine, agentViews, heldLines } from '../../bin/support/agent-view.ts';
import { whyWaiting } from '../../bin/support/why-waiting.ts';
import type { PlanState } from '../../core/plan/state.ts';
import type { AgentRecord } from '../../core/swarm/agent.ts';
import { dependent as follows, NOW, task } from '../support/plans.ts';
import { INCIDENT_ID } from '../support/ticket-histories.ts';
import { memoryOut } from './run-cli.ts';
import { agent, type Told, view } from './views.ts';

const build = { required_capabilities: ['build'] };
/** An N: the compiler gates one of its edges. */
const N_SHAPE = [task('a', build), task('b', build), follows('c', 'a', 'b'), follows('d', 'b')];

function why(
  taskId: string,
  told: Record<string, Told>,
  agents: AgentRecord[] = [],
  state: Partial<PlanState> = {},
): string | undefined {
  const { tickets, plan } = view(N_SHAPE, told, state);
  const rows = new Map(tickets.map((row) => [row.task_id, row]));
  const row = rows.get(taskId);
  return row && whyWaiting(row, { plan, rows, agents, now: NOW });
}

describe('why a ticket waits', () => {
  it('names the tasks that have to be done before', () => {
    expect(why('c', { a: { phase: 'completed' } })).toBe('waits for b');
    expect(why('c', {})).toBe('waits for a, b');
  });

  it('names the tasks that gate it', () => {
    const gated = view(N_SHAPE).tickets.filter(({ state }) => state.unmet.length > 0);
    expect(gated).toHaveLength(1);
    const id = gated[0]?.task_id ?? '';
    expect(why(id, { [id]: { phase: 'gated' } })).toMatch(/^gated by [ab]$/);
  });

  it.each([
    ['no agent can', [agent('x', { capabilities: ['test'] })], 'no agent has the capabilities it needs (build)'],
    ['no agent is cleared', [agent('x', { clearance: 'PUBLIC' })], 'no agent with build is cleared for INTERNAL'],
    ['all are silent', [agent('x', { heartbeat_at: NOW - 15_000 })], 'no agent with build is fit for it: 1 silent'],
    [
      'all are busy',
      [agent('x', { held: { t: { plan_id: 'p', task_id: 't', attempt: 1 } } })],
      'waits for a slot: 1 capable agent, all busy',
    ],
    [
      'one is free',
      [agent('x')],
      'ready: the next round assigns it, unless a faster agent that is busy is worth waiting for',
    ],
  ])('says of a ready ticket that %s', (_, agents, said) => {
    expect(why('a', { a: { phase: 'ready' } }, agents)).toBe(said);
  });

  it('takes what was skipped, or is being undone, as done', () => {
    expect(why('c', { a: { phase: 'skipped' }, b: { phase: 'ready' } })).toBe('waits for b');
    expect(why('c', { a: { phase: 'compensating' }, b: { phase: 'compensated' } })).toContain('machine');
  });

  it('says who paused the plan, of what is ready and of what is held back', () => {
    const paused = { phase: 'paused', by: 'ada', why: 'the cluster is upgraded', paused_at: NOW } as const;
    for (const phase of ['ready', 'deferred'] as const)
      expect(why('a', { a: { phase } }, [], paused)).toBe('the plan is paused by ada: the cluster is upgraded');
    expect(why('a', { a: { phase: 'deferred' } })).toBe('its plan goes on: it becomes ready again');
  });

  it('says of a plan that has halted that it waits for its repair', () => {
    const halted = { phase: 'halted', reason: 'disk full', incident_id: INCIDENT_ID, failed_tasks: [] } as const;
    expect(why('a', {}, [], halted)).toBe(
      `the plan has halted: disk full (incident ${INCIDENT_ID}; to be repaired and redriven)`,
    );
  });

  it('says of a plan that is awaiting approval that it is', () => {
    expect(why('a', {}, [], { phase: 'awaiting_approval', reasons: ['risky'] })).toBe('its plan waits to be approved');
  });

  it('says until when a ticket backs off, and after what', () => {
    expect(why('a', { a: { phase: 'backing_off', ran: 1000, backoff: 2000 } })).toBe(
      'backs off until 12:00:03 (3.0 s) after attempt 1: COMMAND_FAILED: exit 1',
    );
    expect(why('a', { a: { phase: 'backing_off', ran: 0, backoff: 0 } })).toBe(
      'backs off until 12:00:00, which is now, after attempt 1: COMMAND_FAILED: exit 1',
    );
  });

  it('names the incident for which a ticket waits for a person', () => {
    expect(why('a', { a: { phase: 'awaiting_person' } })).toBe(
      `waits for a person (hive incident ${INCIDENT_ID}): COMMAND_FAILED: exit 1`,
    );
  });

  it('points at an agent that has the ticket and is silent', () => {
    const told: Record<string, Told> = { a: { phase: 'running', agent_id: 'x' } };
    expect(why('a', told, [agent('x')])).toBeUndefined();
    expect(why('a', told, [agent('x', { heartbeat_at: NOW - 20_000 })])).toBe(
      'LOST? x has it and has been silent for 20.0 s',
    );
    expect(why('a', told, [])).toBe('LOST? x has it and has left');
  });

  it('tells an assigned ticket from one that is claimed', () => {
    expect(why('a', { a: { phase: 'assigned', agent_id: 'x' } }, [agent('x')])).toBe(
      'assigned to x, which has not claimed it yet',
    );
  });

  it('has nothing to say of a ticket that has ended', () => {
    for (const phase of ['completed', 'skipped', 'failed', 'cancelled', 'compensating', 'compensated'] as const)
      expect(why('a', { a: { phase } })).toBeUndefined();
  });
});

describe('agents as they are listed', () => {
  const held = { t1: { plan_id: 'p', task_id: 'compile', attempt: 2 } };
  const { color } = memoryOut();

  it('put those that are silent first, and call one that holds tickets lost', () => {
    const [first, second] = agentViews([agent('a'), agent('z', { heartbeat_at: NOW - 60_000, held })], NOW);
    expect(first && agentLine(first, color)).toMatch(/^UNHEALTHY z +1\/1 slot +1 m 00 s ago +build$/);
    expect(first && heldLines(first, color)).toEqual([
      '  ! no sign of life for 1 m 00 s while it holds 1 ticket: is it lost?',
      '  holds compile of p, attempt 2',
    ]);
    expect(second?.health).toBe('HEALTHY');
  });

  it('raise no alarm for a silent agent that holds nothing', () => {
    const [silent] = agentViews([agent('z', { heartbeat_at: NOW - 60_000 })], NOW);
    expect(silent && heldLines(silent, color)).toEqual([]);
  });
});
