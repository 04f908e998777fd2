/** From what was counted to dollars a million tickets, and to what time costs whether tickets come or not. */
import { dollarsOf, type Entry } from './meter.ts';
import { PRICES } from './prices.ts';

/** What a charge goes by: tickets, or time whether tickets come or not, or agents that come and go. */
export type Basis = 'ticket' | 'agent hour' | 'running ticket hour' | 'stack hour' | 'agent joining';

const BASIS_OF_CAUSE: Readonly<Record<string, Basis>> = {
  'heartbeat-agent': 'agent hour',
  'heartbeat-ticket': 'running ticket hour',
  'agents waiting': 'agent hour',
  'sweep-pools': 'stack hour',
  'seal-log': 'stack hour',
  'watch-agents': 'stack hour',
  'choose-strategy': 'stack hour',
  'forecast-demand': 'stack hour',
  'register-agent': 'agent joining',
  'remove-agent': 'agent joining',
};

export function basisOf({ cause, request }: Pick<Entry, 'cause' | 'request'>): Basis {
  // What waits for a head is taken away once it has one; heads themselves are made by the clock.
  if (cause === 'seal-log' && request === 'BatchWriteItem LOG') return 'ticket';
  // An agent's heartbeat touches each ticket that it runs.
  if (cause === 'heartbeat-agent' && / TICKET$/.test(request)) return 'running ticket hour';
  return BASIS_OF_CAUSE[cause] ?? 'ticket';
}

const LOOKS = 'fire-timers';
const SET_AGAIN = 'SendMessage timers';

const MILLION = 1e6;

export interface Sum {
  readonly name: string;
  readonly requests: number;
  readonly usd: number;
}

/** Sums by what `nameOf` says, the dearest first; a million tickets' worth. */
export function sumsBy(nameOf: (entry: Entry) => string, entries: readonly Entry[], tickets: number): Sum[] {
  const scale = MILLION / tickets;
  const sums = new Map<string, { requests: number; usd: number }>();
  for (const entry of entries) {
    const sum = sums.get(nameOf(entry)) ?? { requests: 0, usd: 0 };
    sum.requests += entry.requests * scale;
    sum.usd += dollarsOf(entry) * scale;
    sums.set(nameOf(entry), sum);
  }
  return [...sums].map(([name, sum]) => ({ name, ...sum })).sort((a, b) => b.usd - a.usd);
}

export const serviceOf = ({ price }: Entry): string => PRICES[price].service;
export const total = (sums: readonly Sum[]): Sum => ({
  name: 'total',
  requests: sums.reduce((sum, { requests }) => sum + requests, 0),
  usd: sums.reduce((sum, { usd }) => sum + usd, 0),
});

/**
 * Each ticket is looked at once more after its end; a look that sets the next timer is due to its running for so long. So
 * what looks cost is divided in that proportion; setting the timer again is all due to time.
 */
function dividedLooks(entries: readonly Entry[], tickets: number): { ticket: Entry[]; running: Entry[] } {
  const looks = entries.filter(({ cause }) => cause === LOOKS);
  const isSettingAgain = ({ request }: Entry): boolean => request === SET_AGAIN;
  const setAgain = looks.find(isSettingAgain)?.requests ?? 0;
  const share = setAgain / (setAgain + tickets);
  const part = (of: (entry: Entry) => number): Entry[] =>
    looks.map((entry) => ({ ...entry, requests: entry.requests * of(entry), units: entry.units * of(entry) }));
  const running = (entry: Entry): number => (isSettingAgain(entry) ? 1 : share);
  return { ticket: part((entry) => 1 - running(entry)), running: part(running) };
}

/** The charges by what they go by. */
export function byBasis(entries: readonly Entry[], tickets: number): Readonly<Record<Basis, readonly Entry[]>> {
  const of = (basis: Basis) => entries.filter((entry) => entry.cause !== LOOKS && basisOf(entry) === basis);
  const looks = dividedLooks(entries, tickets);
  return {
    ticket: [...of('ticket'), ...looks.ticket],
    'running ticket hour': [...of('running ticket hour'), ...looks.running],
    'agent hour': of('agent hour'),
    'stack hour': of('stack hour'),
    'agent joining': of('agent joining'),
  };
}

export const dollarsOfAll = (entries: readonly Entry[]): number =>
  entries.reduce((sum, entry) => sum + dollarsOf(entry), 0);
