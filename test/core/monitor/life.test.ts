/** A ticket's life in stretches, whatever way it went. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellsOf } from '../../../core/monitor/life.ts';
import { stretchesOf } from '../../../core/monitor/stretches.ts';
import { dependent, NOW, task, ticketsOf } from '../../support/plans.ts';
import { historyTo, recordedAt } from '../../support/ticket-histories.ts';

const build = { required_capabilities: ['build'] };
const TASKS = [task('a', build), { ...dependent('b', 'a'), ...build }];

describe('a life', () => {
  const phases = [
    'created',
    'gated',
    'ready',
    'deferred',
    'assigned',
    'running',
    'backing_off',
    'completed',
    'skipped',
    'failed',
    'cancelled',
    'compensating',
    'compensated',
  ] as const;
  const [spec] = ticketsOf({ tasks: TASKS });

  it('is told without a gap, in every phase', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...phases.filter((phase) => phase !== 'gated')),
        fc.record({ ready: fc.nat(5000), ran: fc.nat(5000), backoff: fc.nat(5000) }),
        (phase, way) => {
          if (spec === undefined) throw new Error('no ticket');
          const records = historyTo(phase, spec, way).map(([after, event], at) =>
            recordedAt(event, at + 1, NOW + after),
          );
          const around = { spec, planEvents: [], others: new Map(), agents: [], now: NOW + 20_000 };
          const stretches = stretchesOf(spellsOf(records), around);
          for (const [at, { from, to }] of stretches.entries()) {
            expect(to ?? around.now).toBeGreaterThanOrEqual(from);
            if (at > 0 && phase !== 'compensated' && phase !== 'compensating') expect(from).toBe(stretches[at - 1]?.to);
          }
          expect(stretches.filter(({ to }) => to === undefined).length).toBe(
            ['completed', 'skipped', 'failed', 'cancelled', 'compensated'].includes(phase) ? 0 : 1,
          );
        },
      ),
    );
  });
});
