/** Who may do what remains of a plan. */
import { describe, expect, it } from 'vitest';
import { restOf } from '../../../core/predict/rest-of.ts';
import type { AgentRecord } from '../../../core/swarm/agent.ts';
import { unmarked } from '../../../core/swarm/health/state.ts';
import { neutral } from '../../../core/trail/estimate.ts';
import { createHive, ticketId } from '../../support/hive.ts';
import { NOW, plan, task } from '../../support/plans.ts';
import { agentOf } from '../../support/scheduling.ts';

const degraded = (agent_id: string, capabilities: string[]): AgentRecord =>
  agentOf(agent_id, {
    ...{ capabilities },
    standing: { ...unmarked(agent_id), health: 'DEGRADED', since: NOW - 1000, reasons: ['slow'] },
  });

/** Slots of each pool, by the capability that it asks for. */
async function slotsOf(capabilities: readonly string[], agents: readonly AgentRecord[]) {
  const hive = createHive();
  await hive.acceptPlan(plan({ tasks: capabilities.map((one) => task(one, { required_capabilities: [one] })) }));
  const tickets = await Promise.all(
    capabilities.map(async (one) => {
      const found = await hive.ledger.loadTicket(ticketId(one));
      if (found === undefined) throw new Error(`no ticket of ${one}`);
      return found;
    }),
  );
  const { groups } = restOf(tickets, { agents, estimatesOf: () => neutral }, NOW);
  return capabilities.map((_, pool) =>
    groups.reduce((sum, group) => sum + (group.pools.includes(pool) ? group.free : 0), 0),
  );
}

describe('what remains of a plan', () => {
  it('is done by degraded agents in a pool that has no other, whoever is healthy elsewhere', async () => {
    const agents = [agentOf('well', { capabilities: ['build'] }), degraded('ill', ['test'])];
    expect(await slotsOf(['build', 'test'], agents)).toEqual([1, 1]);
  });

  it('is left alone by a degraded agent in a pool where a healthy one is, though it works in another', async () => {
    const agents = [agentOf('well', { capabilities: ['build'] }), degraded('ill', ['build', 'test'])];
    expect(await slotsOf(['build', 'test'], agents)).toEqual([1, 1]);
  });
});
