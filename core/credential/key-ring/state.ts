/**
 * The ring of keys that sign tickets' tokens, as an event-sourced aggregate of which there is one.
 *
 *   added ─▶ standby ─▶ signing ─▶ verifying ─▶ retired        any of the first three ─▶ revoked
 *
 * There is a key on standby at all times, published long before it is needed: the next one is known to every cache when
 * it begins to sign, also when that is sooner than planned.
 */
import type { ByOperator } from '../../ticket/events.ts';

/** Public part of a key on P-256, as a JWK has it (RFC 7518, 6.2.1). */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** base64url, 32 bytes */
  readonly x: string;
  readonly y: string;
}

/** The private part, of no use to anybody who may not have KMS unwrap it. */
export interface WrappedKey {
  /** base64 */
  readonly wrapped: string;
  /** ARN of the key that wraps it */
  readonly wrapped_by: string;
}

export interface NewKey extends WrappedKey {
  /** JWK thumbprint (RFC 7638) */
  readonly kid: string;
  readonly public_jwk: PublicJwk;
}

type Operator = ByOperator;

export type KeyRingEvent =
  | ({ readonly type: 'KeyAdded' } & NewKey)
  /** It signs from now on; the one that did goes on to verify until `before_until` (epoch ms). */
  | {
      readonly type: 'KeyActivated';
      readonly kid: string;
      readonly before_until?: number;
      readonly operator?: Operator;
    }
  /** `forget`: keys out of use that are kept no longer. */
  | { readonly type: 'KeyRetired'; readonly kid: string; readonly forget?: readonly string[] }
  /** Nothing that it has signed counts any more. */
  | { readonly type: 'KeyRevoked'; readonly kid: string; readonly operator: Operator };

export type KeyPhase = 'standby' | 'signing' | 'verifying' | 'retired' | 'revoked';

/** Times are epoch ms. */
export interface RingKey {
  readonly kid: string;
  readonly phase: KeyPhase;
  readonly public_jwk: PublicJwk;
  /** absent once it is out of use */
  readonly private?: WrappedKey;
  readonly added_at: number;
  readonly activated_at?: number;
  readonly verify_until?: number;
  /** retired or revoked */
  readonly ended_at?: number;
}

export interface KeyRingState {
  /** oldest first */
  readonly keys: readonly RingKey[];
  /** changes of what is published so far */
  readonly sequence: number;
}

export const NO_KEYS: KeyRingState = { keys: [], sequence: 0 };

export const keyOf = ({ keys }: KeyRingState, kid: string): RingKey | undefined => keys.find((key) => key.kid === kid);
export const signingKey = ({ keys }: KeyRingState): RingKey | undefined =>
  keys.find(({ phase }) => phase === 'signing');
export const standbyKey = ({ keys }: KeyRingState): RingKey | undefined =>
  keys.find(({ phase }) => phase === 'standby');

const PUBLISHED: readonly KeyPhase[] = ['standby', 'signing', 'verifying'];
/** What a token may be signed by. */
export const isPublished = ({ phase }: Pick<RingKey, 'phase'>): boolean => PUBLISHED.includes(phase);
