/** What the swarm will need, for whoever scales agents: a fact on the bus that is no event of the ledger. */
import { z } from 'zod';
import { epochMs } from './primitives.ts';

const slots = z.int().nonnegative();

export const capacityDesired = z
  .object({
    event_id: z.string().meta({ description: 'the pool and the minute: the same when the same is told again' }),
    at: epochMs,
    schema_version: z.literal(1),
    pool: z.string(),
    required_capabilities: z.array(z.string()),
    desired_slots: slots.meta({
      description: 'for the minutes ahead; told when it changes, and every quarter of an hour',
    }),
    present_slots: slots.meta({ description: 'of agents that are healthy and have the capabilities' }),
    waiting: slots.meta({ description: 'tickets that wait now, at most 200' }),
    load: z.number().nonnegative().meta({ description: 'slots busy on average in the busiest of the minutes ahead' }),
    service_ms: z.number().positive().meta({ description: 'mean time that an attempt takes' }),
    forecast: z
      .object({ mean: z.array(z.number()), p10: z.array(z.number()), p90: z.array(z.number()) })
      .meta({ description: 'arrivals in each of the minutes ahead' }),
  })
  .meta({ id: 'CapacityDesired', title: 'CapacityDesired' });
export type CapacityDesired = z.output<typeof capacityDesired>;

export interface CapacityFact {
  readonly detail_type: 'CapacityDesired';
  readonly detail: CapacityDesired;
}
