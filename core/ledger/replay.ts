/**
 * An aggregate's state rebuilt from its events alone, and compared with what the store keeps beside them. Nothing about
 * what is kept is taken for granted: events may be missing, altered or out of place, and so may the state.
 */
import type { Sha256 } from '../ports/digest.ts';
import { canonicalJson } from './canonical.ts';
import { type DomainEvent, findBreak, GENESIS, type Head, headOf, type Recorded } from './chain.ts';

/** An aggregate as it lies in a store. */
export interface Kept<E extends DomainEvent = DomainEvent, State = unknown> {
  readonly aggregate: string;
  /** in the order in which the store keeps them */
  readonly records: readonly Recorded<E>[];
  /** absent where the store has events, but no state beside them */
  readonly stood?: { readonly head: Head; readonly state: State };
}

export type Reduce<E extends DomainEvent, State> = (state: State | undefined, record: Recorded<E>) => State;

export interface Replayed<State> {
  /** undefined for no events */
  readonly state: State | undefined;
  /** the last event that was replayed */
  readonly head: Head;
  /** the event that its own state machine refuses; nothing after it was replayed */
  readonly refused?: { readonly version: number; readonly message: string };
}

/** Where what is kept does not add up. */
export interface Difference {
  readonly aggregate: string;
  readonly kind: /** an event is altered, missing or out of place */
    | 'chain'
    /** an event that the state machine does not take */
    | 'event'
    /** the state was written with another event than the last one */
    | 'head'
    /** the events lead to something else */
    | 'state'
    /** it is named elsewhere, and not there */
    | 'missing';
  /** of the event it is about */
  readonly version?: number;
  /** JSON pointer (RFC 6901) into the state; empty: all of it */
  readonly path?: string;
  /** absent: not there */
  readonly kept?: unknown;
  readonly rebuilt?: unknown;
  readonly message: string;
}

export function replayAggregate<E extends DomainEvent, State>(
  records: readonly Recorded<E>[],
  reduce: Reduce<E, State>,
): Replayed<State> {
  let state: State | undefined;
  let head = GENESIS;
  for (const link of records) {
    try {
      state = reduce(state, link);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { state, head, refused: { version: link.version, message } };
    }
    head = headOf(link);
  }
  return { state, head };
}

/** The events up to a moment (epoch ms): those before the first that is later, so that what is left is a history. */
export function recordsUntil<E extends DomainEvent>(records: readonly Recorded<E>[], at: number): Recorded<E>[] {
  const later = records.findIndex((link) => link.at > at);
  return later < 0 ? [...records] : records.slice(0, later);
}

/** All that is wrong with an aggregate; empty when its events and its state say the same. */
export function differences<E extends DomainEvent, State>(
  { aggregate, records, stood }: Kept<E, State>,
  reduce: Reduce<E, State>,
  sha256: Sha256,
): Difference[] {
  const found: Difference[] = [];
  const add = (kind: Difference['kind'], message: string, more: Partial<Difference> = {}) =>
    found.push({ aggregate, kind, message, ...more });

  const broken = findBreak(records, sha256) ?? records.find((link) => link.aggregate !== aggregate)?.version;
  if (broken !== undefined)
    add('chain', `the chain breaks at event ${broken}: it is altered, missing or out of place`, { version: broken });
  const { state, head, refused } = replayAggregate(records, reduce);
  if (refused !== undefined) {
    const { version, message } = refused;
    add('event', `event ${version} cannot follow on what was before it: ${message}`, { version });
    return found;
  }
  if (stood === undefined) {
    add('state', 'there is no state beside the events', { path: '', rebuilt: state });
    return found;
  }
  if (records.length === 0) {
    add('chain', 'there is a state, and not one event', { version: 1 });
    return found;
  }
  if (stood.head.version !== head.version || stood.head.hash !== head.hash)
    add('head', `the state is of event ${stood.head.version}, the last event is ${head.version}`, {
      ...{ version: head.version, kept: stood.head, rebuilt: head },
      ...(stood.head.version === head.version
        ? { message: `the state names another event ${head.version} than the one that is there` }
        : {}),
    });
  for (const { path, kept, rebuilt } of differencesBetween(stood.state, state))
    add('state', `${path === '' ? 'the state' : path} is not what the events lead to`, {
      path,
      ...(kept === undefined ? {} : { kept }),
      ...(rebuilt === undefined ? {} : { rebuilt }),
    });
  return found;
}

interface Deviation {
  readonly path: string;
  readonly kept?: unknown;
  readonly rebuilt?: unknown;
}

/** Members that differ, as deep as both sides have them; members that are undefined count as absent, order in lists counts. */
function differencesBetween(kept: unknown, rebuilt: unknown, path = ''): Deviation[] {
  if (isObject(kept) && isObject(rebuilt)) {
    const names = [...new Set([...Object.keys(kept), ...Object.keys(rebuilt)])].sort();
    return names.flatMap((name) =>
      differencesBetween(memberOf(kept, name), memberOf(rebuilt, name), `${path}/${escaped(name)}`),
    );
  }
  return canonicalJson(kept) === canonicalJson(rebuilt) && (kept === undefined) === (rebuilt === undefined)
    ? []
    : [{ path, kept, rebuilt }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const memberOf = (value: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
