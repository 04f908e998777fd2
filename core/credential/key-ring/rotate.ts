/** What is to be done to the ring at a moment, pure; done again or late it does no harm. */
import { HiveError } from '../../errors.ts';
import type { ByOperator } from '../../ticket/events.ts';
import { KEY_RING, type KeyRingSettings } from './settings.ts';
import {
  isPublished,
  type KeyRingEvent,
  type KeyRingState,
  keyOf,
  type RingKey,
  signingKey,
  standbyKey,
} from './state.ts';

/** A new key is made by whoever can, so that it is asked for and not named. */
export type Step = 'add_key' | Exclude<KeyRingEvent, { type: 'KeyAdded' }>;

/**
 * The next step, until there is none. A key signs no sooner than it was published for long enough, unless there is no
 * other; and verifies for as long as a token may live that was signed by whoever had not heard of the change yet.
 * @param now epoch ms
 */
export function rotate(state: KeyRingState, now: number, settings: KeyRingSettings = KEY_RING): Step | undefined {
  const over = state.keys.find(({ phase, verify_until = 0 }) => phase === 'verifying' && now >= verify_until);
  if (over !== undefined) return retire(state, over, settings);
  const [signing, standby] = [signingKey(state), standbyKey(state)];
  if (signing === undefined) return standby === undefined ? 'add_key' : activate(state, standby, now, settings);
  if (standby === undefined) return 'add_key';
  const tired = now - (signing.activated_at ?? 0) >= settings.sign_for_ms;
  return tired && isReady(standby, now, settings) ? activate(state, standby, now, settings) : undefined;
}

/**
 * The key on standby signs from now on, at an operator's word.
 * @throws HiveError KEY_STANDBY_TOO_YOUNG · KEY_STANDBY_MISSING (409)
 */
export function rotateNow(
  state: KeyRingState,
  now: number,
  operator: ByOperator,
  settings: KeyRingSettings = KEY_RING,
): KeyRingEvent {
  const standby = standbyKey(state);
  if (standby === undefined)
    throw new HiveError('KEY_STANDBY_MISSING', 'No key is on standby: one is made within a minute or two.', {
      status: 409,
    });
  if (isReady(standby, now, settings) || signingKey(state) === undefined)
    return { ...activate(state, standby, now, settings), operator };
  const ready_at = standby.added_at + settings.publish_lead_ms;
  throw new HiveError(
    'KEY_STANDBY_TOO_YOUNG',
    `Key ${standby.kid} is not published for long enough for everybody to know it: try again in ${Math.ceil((ready_at - now) / 1000)} s, or revoke the key that signs, should it be known to others.`,
    { status: 409, detail: { kid: standby.kid, ready_at } },
  );
}

/**
 * Nothing that the key has signed counts from now on. Where it is the one that signs, the one on standby takes over at
 * once, however young: whoever does not know it yet looks again.
 * @returns nothing where the key is out of use already
 * @throws HiveError KEY_UNKNOWN (404)
 */
export function revoke(
  state: KeyRingState,
  kid: string,
  now: number,
  operator: ByOperator,
  settings: KeyRingSettings = KEY_RING,
): KeyRingEvent[] {
  const key = keyOf(state, kid);
  if (key === undefined)
    throw new HiveError('KEY_UNKNOWN', `The ring has no key ${JSON.stringify(kid)}.`, { status: 404 });
  if (!isPublished(key)) return [];
  const revoked: KeyRingEvent = { type: 'KeyRevoked', kid, operator };
  const standby = standbyKey(state);
  if (key.phase !== 'signing' || standby === undefined) return [revoked];
  const others = { ...state, keys: state.keys.filter((other) => other !== key) };
  return [revoked, activate(others, standby, now, settings)];
}

const isReady = (key: RingKey, now: number, { publish_lead_ms }: KeyRingSettings): boolean =>
  now - key.added_at >= publish_lead_ms;

function activate(state: KeyRingState, { kid }: RingKey, now: number, settings: KeyRingSettings) {
  const { cache_ms, token_life_ms, leeway_ms } = settings;
  const before_until = now + cache_ms + token_life_ms + leeway_ms;
  return { type: 'KeyActivated' as const, kid, ...(signingKey(state) && { before_until }) };
}

function retire(state: KeyRingState, { kid }: RingKey, { kept_retired }: KeyRingSettings): Step {
  const unused = state.keys.filter((key) => !isPublished(key));
  const forget = unused.slice(0, Math.max(0, unused.length + 1 - kept_retired)).map((key) => key.kid);
  return { type: 'KeyRetired', kid, ...(forget.length > 0 && { forget }) };
}
