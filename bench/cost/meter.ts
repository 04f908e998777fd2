/** Counts what AWS bills: who asked (a function, an agent, a machine), which request it was, how many billed units. */
import { PRICES, type PriceName } from './prices.ts';

export interface Charge {
  /** the request, e.g. `TransactWriteItems TicketReady` */
  readonly request: string;
  readonly price: PriceName;
  readonly units: number;
  /** requests sent; 0 for further units of a request that another charge has counted. Default 1. */
  readonly requests?: number;
}

/** Charges of the same cause, request and price together. */
export interface Entry {
  readonly cause: string;
  readonly request: string;
  readonly price: PriceName;
  requests: number;
  units: number;
}

export interface Meter {
  charge(charge: Charge): void;
  /** Runs `work`; what it charges is of this cause. Causes do not overlap: the simulation does one thing at a time. */
  as<T>(cause: string, work: () => Promise<T>): Promise<T>;
  /** The same for work that is done at once, also in the middle of other work. */
  by(cause: string, work: () => void): void;
  entries(): readonly Entry[];
}

export const dollarsOf = ({ price, units }: Pick<Entry, 'price' | 'units'>): number => units * PRICES[price].usd;

export function createMeter(): Meter {
  const entries = new Map<string, Entry>();
  let cause: string | undefined;

  return {
    async as(name, work) {
      const before = cause;
      cause = name;
      try {
        return await work();
      } finally {
        cause = before;
      }
    },
    by(name, work) {
      const before = cause;
      cause = name;
      try {
        work();
      } finally {
        cause = before;
      }
    },
    charge({ request, price, units, requests = 1 }) {
      if (cause === undefined) throw new Error(`${request}: nobody is known to have caused this`);
      const key = JSON.stringify([cause, request, price]);
      const entry = entries.get(key) ?? { cause, request, price, requests: 0, units: 0 };
      entry.requests += requests;
      entry.units += units;
      entries.set(key, entry);
    },
    entries: () => [...entries.values()],
  };
}
