import type { BusEvent } from '../../core/messages/bus-events.ts';
import type { EventBus } from '../../core/ports/event-bus.ts';

export interface MemoryEventBus extends EventBus {
  /** all that was published, in order, repetitions included */
  readonly published: readonly BusEvent[];
}

/** Details travel as JSON, so what JSON leaves out is not there for whoever reads them. */
export function createMemoryEventBus(): MemoryEventBus {
  const published: BusEvent[] = [];
  return {
    published,
    async publish(events) {
      published.push(...events.map((event) => JSON.parse(JSON.stringify(event)) as BusEvent));
      return [];
    },
  };
}
