/** The ring's state machine, pure: what is not listed in `state.ts` is an error, never ignored. */
import { HiveError } from '../../errors.ts';
import type { Recorded } from '../../ledger/chain.ts';
import {
  isPublished,
  type KeyRingEvent,
  type KeyRingState,
  keyOf,
  NO_KEYS,
  type RingKey,
  signingKey,
} from './state.ts';

/** @throws HiveError KEY_TRANSITION_INVALID (500), naming the key's phase and the event */
export function reduceKeyRing(
  before: KeyRingState | undefined,
  { event, at }: Pick<Recorded<KeyRingEvent>, 'event' | 'at'>,
): KeyRingState {
  const state = before ?? NO_KEYS;
  const key = keyOf(state, event.kid);
  switch (event.type) {
    case 'KeyAdded': {
      if (key !== undefined) return refuse(key, event);
      const { kid, public_jwk, wrapped, wrapped_by } = event;
      const added: RingKey = { kid, phase: 'standby', public_jwk, private: { wrapped, wrapped_by }, added_at: at };
      return { keys: [...state.keys, added], sequence: state.sequence + 1 };
    }
    case 'KeyActivated': {
      const signing = signingKey(state);
      // Whatever signed before is told how long it verifies; there is nothing to tell where nothing did.
      if (key?.phase !== 'standby' || (signing === undefined) !== (event.before_until === undefined))
        return refuse(key, event);
      const until = event.before_until ?? at;
      return change(state, (of) => {
        if (of === key) return { ...of, phase: 'signing', activated_at: at };
        return of === signing ? { ...of, phase: 'verifying', verify_until: until } : of;
      });
    }
    case 'KeyRetired': {
      if (key?.phase !== 'verifying') return refuse(key, event);
      const ended = change(state, (of) => (of === key ? out(of, 'retired', at) : of));
      const { forget = [] } = event;
      return {
        keys: ended.keys.filter((of) => isPublished(of) || !forget.includes(of.kid)),
        sequence: state.sequence + 1,
      };
    }
    case 'KeyRevoked':
      if (key === undefined || !isPublished(key)) return refuse(key, event);
      return {
        ...change(state, (of) => (of === key ? out(of, 'revoked', at) : of)),
        sequence: state.sequence + 1,
      };
  }
}

const change = (state: KeyRingState, of: (key: RingKey) => RingKey): KeyRingState => ({
  ...state,
  keys: state.keys.map(of),
});

/** Nothing is left to sign with. */
function out({ private: _, ...rest }: RingKey, phase: 'retired' | 'revoked', ended_at: number): RingKey {
  return { ...rest, phase, ended_at };
}

function refuse(key: RingKey | undefined, event: KeyRingEvent): never {
  const phase = key?.phase ?? 'nothing';
  throw new HiveError('KEY_TRANSITION_INVALID', `A key that is ${phase} cannot take ${event.type}.`, {
    status: 500,
    detail: { kid: event.kid, phase, event: event.type },
  });
}
