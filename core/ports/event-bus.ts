/** Tells the world. An event may be published again; `event_id` in its detail stays the same. */
import type { BusEvent } from '../messages/bus-events.ts';
import type { CapacityFact } from '../messages/capacity-desired.ts';

export interface EventBus {
  /** Resolves to the indexes of the events that could not be published, empty when all were. */
  publish(events: readonly (BusEvent | CapacityFact)[]): Promise<number[]>;
}
