/**
 * A ticket is spoken for from where it was claimed. From elsewhere may be an agent that moved, or one behind several
 * addresses; or somebody who has got hold of its token: a person looks, nothing is refused for it.
 */
import type { AccessMarks } from '../../ports/access-marks.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AccessSettings } from '../settings.ts';
import type { RaiseSignal } from './raise.ts';

export interface Spoken {
  readonly ticket_id: string;
  readonly attempt: number;
  readonly agent_id: string;
  readonly principal: string;
  /** address that the call came from; absent: nothing can be said */
  readonly source?: string | undefined;
}

export interface WatchPlacesDeps {
  marks: AccessMarks;
  clock: Pick<Clock, 'now'>;
  raise: RaiseSignal;
  settings: AccessSettings;
}

export type WatchPlaces = (spoken: Spoken) => Promise<void>;

/** Attempts whose place a process remembers, at most. */
const MAX_REMEMBERED = 10_000;

/**
 * To be told of calls that were accepted, the claim first: a call that is refused says nothing of whose token it is. A
 * process that knows an attempt's place asks nobody, so heartbeats cost nothing more.
 */
export function createWatchPlaces({ marks, clock, raise, settings }: WatchPlacesDeps): WatchPlaces {
  const places = new Map<string, string>();
  return async ({ ticket_id, attempt, agent_id, principal, source }) => {
    if (source === undefined || source === '') return;
    const name = `place:${ticket_id}:${attempt}`;
    const place = places.get(name) ?? (await marks.first(name, source, clock.now() + settings.place_kept_ms));
    if (places.size >= MAX_REMEMBERED) places.clear();
    places.set(name, place);
    if (place === source) return;
    await raise({
      ...{ kind: 'token_used_from_two_places', principal, about: name, source, ticket_id },
      because: `attempt ${attempt} of agent ${agent_id} was claimed from ${place} and spoken for from ${source}`,
      ...{ window_ms: settings.signal_window_ms, resource: `Ticket::${JSON.stringify(ticket_id)}` },
    });
  };
}
