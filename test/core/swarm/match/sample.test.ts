import fc from 'fast-check';
import { expect, it } from 'vitest';
import { freeSlots } from '../../../../core/swarm/agent.ts';
import { mayRun } from '../../../../core/swarm/match/eligible.ts';
import { sampleAgents } from '../../../../core/swarm/match/sample.ts';
import { NOW } from '../../../support/plans.ts';
import { agentOf, entryOf } from '../../../support/scheduling.ts';

const held = { other: { plan_id: 'p', task_id: 't', attempt: 1 } };

it('looks at a bounded part of a large swarm, and leaves no ticket without somebody who may run it', () => {
  const swarms = fc.array(fc.record({ cleared: fc.boolean(), busy: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(
      swarms,
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      (made, most, draws) => {
        const agents = made.map(({ cleared, busy }, at) =>
          agentOf(`a${at}`, { clearance: cleared ? 'RESTRICTED' : 'PUBLIC', ...(busy ? { held } : {}) }),
        );
        const entries = [
          entryOf('open', { security_level: 'PUBLIC' }),
          entryOf('secret', { security_level: 'RESTRICTED' }),
        ];
        const sample = sampleAgents(entries, agents, { now: NOW, random: () => draws.next().value as number }, most);
        expect(new Set(sample).size).toBe(sample.length);
        if (agents.length <= most) expect(sample).toEqual(agents);
        else expect(sample.length).toBeLessThanOrEqual(2 * most);
        for (const entry of entries)
          if (agents.some((agent) => mayRun(agent, entry) && freeSlots(agent) > 0))
            expect(sample.some((agent) => mayRun(agent, entry) && freeSlots(agent) > 0)).toBe(true);
      },
    ),
  );
});
