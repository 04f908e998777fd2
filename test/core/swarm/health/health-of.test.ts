import { describe, expect, it } from 'vitest';
import { type AgentHealth, type AgentRecord, freeSlots, healthOf } from '../../../../core/swarm/agent.ts';
import { type HealthReason, type Rung, unmarked } from '../../../../core/swarm/health/state.ts';
import { firstCapable } from '../../../../core/swarm/match/first-capable.ts';
import { whyNotAssigned } from '../../../../core/swarm/why-not-assigned.ts';
import { neutral } from '../../../../core/trail/estimate.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const on = (health: Rung, ...reasons: HealthReason[]): Partial<AgentRecord> => ({
  standing: { ...unmarked('a'), health, since: NOW - 1000, reasons },
});
const silent = { heartbeat_at: NOW - 15_000 };
const apart = { standing: { ...unmarked('a'), quarantined: { by: 'sec', why: 'odd', at: NOW } } };
const drained = { standing: { ...unmarked('a'), draining: { by: 'ada', why: 'disk', at: NOW } } };

describe('What an agent is taken for', () => {
  it.each<[string, Partial<AgentRecord>, AgentHealth]>([
    ['HEALTHY, where nothing was ever recorded', {}, 'HEALTHY'],
    ['what is recorded, while it gives signs of life', on('DEGRADED', 'failing'), 'DEGRADED'],
    ['UNHEALTHY, when that was judged', on('UNHEALTHY', 'failing'), 'UNHEALTHY'],
    ['UNHEALTHY by silence alone, whatever is recorded', { ...on('HEALTHY', 'recovered'), ...silent }, 'UNHEALTHY'],
    ['the last resort, when it was silent and is heard of again', on('UNHEALTHY', 'silent'), 'DEGRADED'],
    ['the last resort, when it was removed and has registered anew', on('REMOVED', 'silent'), 'DEGRADED'],
    ['UNHEALTHY, when it was silent, is back, and did badly besides', on('UNHEALTHY', 'silent', 'losing'), 'UNHEALTHY'],
    ['DRAINING, when it leaves', { status: 'draining' }, 'DRAINING'],
    ['DRAINING, when an operator wants it to', drained, 'DRAINING'],
    ['QUARANTINED, when security has set it apart, also when it is silent', { ...apart, ...silent }, 'QUARANTINED'],
    ['REMOVED, when it has left', { status: 'removed', ...silent }, 'REMOVED'],
    ['HEALTHY however long ago it was heard of, when it is a person', { kind: 'human', heartbeat_at: 0 }, 'HEALTHY'],
  ])('is %s', (_, changes, health) => {
    expect(healthOf(agentOf('a', changes), NOW)).toBe(health);
  });
});

describe('A degraded agent', () => {
  const sick = agentOf('a', on('DEGRADED', 'failing'));
  const matched = (...agents: AgentRecord[]) =>
    firstCapable([entryOf('t')], agents, { now: NOW, estimates: neutral, random: () => 0 }).map(
      ({ agent }) => agent.agent_id,
    );
  const held = { other: { plan_id: 'p', task_id: 't', attempt: 1 } };

  it('gets a ticket where no healthy one could run it', () => {
    expect(matched(sick)).toEqual(['a']);
    expect(matched(sick, agentOf('b', { capabilities: ['test'] }))).toEqual(['a']);
    expect(matched(sick, agentOf('b', silent))).toEqual(['a']);
  });

  it('gets none while a healthy one could, also when that is busy', () => {
    const busy = agentOf('b', { held });
    expect(freeSlots(busy)).toBe(0);
    expect(matched(sick, agentOf('b'))).toEqual(['b']);
    expect(matched(sick, busy)).toEqual([]);
    const wanted = entryOf('t');
    expect(whyNotAssigned(wanted, [sick, busy], NOW)).toBe('waits for a slot: 1 capable agent, all busy');
  });

  it('is not what a ticket waits for in vain: who waits is told how the others are', () => {
    const agents = [agentOf('a', on('UNHEALTHY', 'failing')), agentOf('b', silent), agentOf('c', drained)];
    expect(whyNotAssigned(entryOf('t'), agents, NOW)).toBe(
      'no agent with build is fit for it: 1 unhealthy, 1 silent, 1 draining',
    );
    expect(matched(...agents)).toEqual([]);
  });
});
