import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../adapters/memory/ledger.ts';
import { createMemoryTable } from '../../../../adapters/memory/table.ts';
import { sha256 } from '../../../../adapters/system/digest.ts';
import { reduceKeyRing } from '../../../../core/credential/key-ring/reducer.ts';
import { revoke, rotate, rotateNow } from '../../../../core/credential/key-ring/rotate.ts';
import { createRotateKeys } from '../../../../core/credential/key-ring/rotate-keys.ts';
import { KEY_RING } from '../../../../core/credential/key-ring/settings.ts';
import {
  isPublished,
  type KeyRingEvent,
  type KeyRingState,
  keyOf,
  NO_KEYS,
  signingKey,
  standbyKey,
} from '../../../../core/credential/key-ring/state.ts';
import { KEY_RING_AGGREGATE } from '../../../../core/ledger/aggregate.ts';
import { findBreak } from '../../../../core/ledger/chain.ts';
import { createCountedKeys } from '../../../support/counted-keys.ts';
import { NOW } from '../../../support/plans.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const { sign_for_ms, publish_lead_ms, cache_ms, token_life_ms, leeway_ms, kept_retired } = KEY_RING;
const DAY = 86_400_000;
const operator = { by: 'sec', why: 'it leaked' };

function setUp() {
  const clock = virtualClock();
  const ledger = createMemoryLedger(createMemoryTable());
  const keys = createCountedKeys();
  const rotateKeys = createRotateKeys({ ledger, keys, clock, sha256 });
  const ring = async () => (await ledger.loadState<KeyRingState>(KEY_RING_AGGREGATE))?.state ?? NO_KEYS;
  return { clock, ledger, keys, rotateKeys, ring };
}

const keyNumber = (number: number) => ({
  kid: `k${number}`,
  public_jwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } as const,
  ...{ wrapped: 'w', wrapped_by: 'arn' },
});

/** The ring as it was after each change, by the clock's moments. */
type History = readonly { readonly at: number; readonly state: KeyRingState }[];
const asOf = (history: History, at: number): KeyRingState | undefined =>
  history.findLast((entry) => entry.at <= at)?.state;

/** Rotation called after each of the waits. */
function play(waits: readonly number[]): History {
  let [state, now, made] = [NO_KEYS, NOW, 0];
  const history: { at: number; state: KeyRingState }[] = [];
  for (const wait of [0, ...waits]) {
    now += wait;
    for (let step = rotate(state, now); step !== undefined; step = rotate(state, now)) {
      const event: KeyRingEvent = step === 'add_key' ? { type: 'KeyAdded', ...keyNumber(++made) } : step;
      state = reduceKeyRing(state, { event, at: now });
    }
    history.push({ at: now, state });
  }
  return history;
}
const waits = fc.array(
  fc.oneof(
    fc.nat(60_000),
    fc.integer({ min: 60_000, max: 2 * publish_lead_ms }),
    fc.integer({ min: DAY / 2, max: 9 * DAY }),
  ),
  { minLength: 1, maxLength: 30 },
);

describe('the ring of signing keys', () => {
  it('begins with a key that signs and one on standby', async () => {
    const { rotateKeys, ring } = setUp();
    await rotateKeys();
    expect((await ring()).keys.map(({ kid, phase }) => [kid, phase])).toEqual([
      ['key-1', 'signing'],
      ['key-2', 'standby'],
    ]);
  });

  it('changes nothing before a key has signed for a day', async () => {
    const { rotateKeys, ring, clock } = setUp();
    await rotateKeys();
    const before = await ring();
    clock.advance(sign_for_ms - 1);
    expect((await rotateKeys()).events).toEqual([]);
    expect(await ring()).toEqual(before);
    clock.advance(1);
    expect((await rotateKeys()).events.map(({ type, kid }) => [type, kid])).toEqual([
      ['KeyActivated', 'key-2'],
      ['KeyAdded', 'key-3'],
    ]);
    expect(keyOf(await ring(), 'key-1')?.phase).toBe('verifying');
  });

  it('lets the private part of a key go once it is out of use, and keeps its public part', async () => {
    const { rotateKeys, ring, clock } = setUp();
    await rotateKeys();
    clock.advance(sign_for_ms);
    await rotateKeys();
    clock.advance(cache_ms + token_life_ms + leeway_ms);
    await rotateKeys();
    const first = keyOf(await ring(), 'key-1');
    expect(first).toMatchObject({ phase: 'retired', public_jwk: { x: 'key-1-x' } });
    expect(first).not.toHaveProperty('private');
  });

  it('keeps so many keys that are out of use, and forgets the oldest', () => {
    const state = play(Array.from({ length: 2 * (kept_retired + 5) }, () => DAY)).at(-1)?.state as KeyRingState;
    const unused = state.keys.filter((key) => !isPublished(key));
    expect(unused).toHaveLength(kept_retired);
    expect(keyOf(state, 'k1')).toBeUndefined();
  });

  it('has at every moment a signing key that every cache knows, and refuses no token for a rotation', () => {
    fc.assert(
      fc.property(
        waits,
        fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), life: fc.integer({ min: 0, max: token_life_ms }) }),
        fc.record({ signer: fc.nat(cache_ms), verifier: fc.nat(cache_ms), skew: fc.nat(leeway_ms) }),
        (waited, token, age) => {
          const history = play(waited);
          const [first, last] = [history[0]?.at ?? 0, history.at(-1)?.at ?? 0];
          // Moments next to a change are where something could go wrong.
          const near = history[Math.floor(token.at * (history.length - 1))]?.at ?? 0;
          for (const minted of [first + (last - first) * token.at, near, near + age.signer, near + age.signer - 1]) {
            if (minted - age.signer < first) continue;
            const signing = signingKey(asOf(history, minted - age.signer) as KeyRingState);
            expect(signing).toBeDefined();
            for (const verified of [minted, minted + token.life, minted + token_life_ms + age.skew]) {
              if (verified - age.verifier < first) continue;
              const known = asOf(history, verified - age.verifier) as KeyRingState;
              const key = keyOf(known, signing?.kid ?? '');
              expect(key !== undefined && isPublished(key)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('publishes a key for longer than every cache before it signs', () => {
    fc.assert(
      fc.property(waits, (waited) => {
        const { keys } = play(waited).at(-1)?.state ?? NO_KEYS;
        for (const { kid, added_at, activated_at = added_at + publish_lead_ms } of keys)
          if (kid !== 'k1') expect(activated_at - added_at).toBeGreaterThanOrEqual(publish_lead_ms);
      }),
    );
  });

  it('takes no harm from rotations that race: one of them wins, and the others add nothing', async () => {
    const { rotateKeys, ring, clock, ledger } = setUp();
    await Promise.all([rotateKeys(), rotateKeys(), rotateKeys()]);
    expect((await ring()).keys).toHaveLength(2);
    clock.advance(sign_for_ms);
    await Promise.all([rotateKeys(), rotateKeys(), rotateKeys()]);
    const state = await ring();
    expect(state.keys.map(({ phase }) => phase)).toEqual(['verifying', 'signing', 'standby']);
    const whole = await ledger.loadAggregate<KeyRingEvent, KeyRingState>(KEY_RING_AGGREGATE);
    expect(findBreak(whole?.records ?? [], sha256)).toBeUndefined();
    expect(whole?.records.reduce(reduceKeyRing, undefined as KeyRingState | undefined)).toEqual(state);
  });
});

describe('an operator', () => {
  const settled = play([DAY / 2]).at(-1)?.state as KeyRingState;
  const applied = (state: KeyRingState, events: readonly KeyRingEvent[], at: number) =>
    events.reduce((before, event) => reduceKeyRing(before, { event, at }), state);
  const at = NOW + DAY / 2;

  it('has the key on standby sign now, when it was published for long enough', () => {
    const [signing, standby] = [signingKey(settled), standbyKey(settled)];
    const state = applied(settled, [rotateNow(settled, at, operator)], at);
    expect(signingKey(state)?.kid).toBe(standby?.kid);
    expect(keyOf(state, signing?.kid ?? '')?.phase).toBe('verifying');
  });

  it('is refused while the key on standby is too young, or there is none', () => {
    const young = play([]).at(-1)?.state as KeyRingState;
    expect(() => rotateNow(young, NOW + publish_lead_ms - 1, operator)).toThrow(
      expect.objectContaining({
        code: 'KEY_STANDBY_TOO_YOUNG',
        detail: { kid: 'k2', ready_at: NOW + publish_lead_ms },
      }),
    );
    const none = applied(settled, [rotateNow(settled, at, operator)], at);
    expect(() => rotateNow(none, at, operator)).toThrow(expect.objectContaining({ code: 'KEY_STANDBY_MISSING' }));
  });

  it('revokes the key that signs, and the one on standby takes over at once, however young', () => {
    const young = play([]).at(-1)?.state as KeyRingState;
    const state = applied(young, revoke(young, 'k1', NOW + 1, operator), NOW + 1);
    expect(keyOf(state, 'k1')).toMatchObject({ phase: 'revoked', ended_at: NOW + 1 });
    expect(keyOf(state, 'k1')).not.toHaveProperty('private');
    expect(signingKey(state)?.kid).toBe('k2');
    expect(rotate(state, NOW + 1)).toBe('add_key');
  });

  it('revokes a key once, and none that there is not', () => {
    const state = applied(settled, revoke(settled, 'k1', at, operator), at);
    expect(revoke(state, 'k1', at, operator)).toEqual([]);
    expect(() => revoke(state, 'nobody', at, operator)).toThrow(expect.objectContaining({ code: 'KEY_UNKNOWN' }));
  });

  it('finds a new key made where every key was revoked', () => {
    const bare = applied(settled, revoke(settled, 'k1', at, operator), at);
    const none = applied(bare, revoke(bare, 'k2', at, operator), at);
    expect(signingKey(none)).toBeUndefined();
    expect(rotate(none, at)).toBe('add_key');
  });
});

it('a change that does not follow from where a key stands is refused, naming both', () => {
  expect(() => reduceKeyRing(NO_KEYS, { event: { type: 'KeyRetired', kid: 'k' }, at: NOW })).toThrow(
    expect.objectContaining({
      code: 'KEY_TRANSITION_INVALID',
      detail: { kid: 'k', phase: 'nothing', event: 'KeyRetired' },
    }),
  );
});
