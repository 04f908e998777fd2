/** What others verify tokens with: the ring's public keys, as a JWKS (RFC 7517) and as a SPIFFE bundle. */
import { KEY_RING, type KeyRingSettings } from './key-ring/settings.ts';
import { isPublished, type KeyRingState, type PublicJwk } from './key-ring/state.ts';

interface PublishedKey extends PublicJwk {
  readonly kid: string;
  readonly use: string;
  readonly alg: 'ES256';
}

const published = ({ keys }: KeyRingState, use: string): PublishedKey[] =>
  keys.filter(isPublished).map(({ kid, public_jwk }) => ({ ...public_jwk, kid, alg: 'ES256', use }));

export const jwksOf = (ring: KeyRingState): { readonly keys: readonly PublishedKey[] } => ({
  keys: published(ring, 'sig'),
});

/** A key is published for `publish_lead_ms` before it signs: who looks three times as often never meets an unknown one. */
export const bundleOf = (ring: KeyRingState, { publish_lead_ms }: KeyRingSettings = KEY_RING) => ({
  keys: published(ring, 'jwt-svid'),
  spiffe_sequence: ring.sequence,
  spiffe_refresh_hint: Math.floor(publish_lead_ms / 3000),
});

/** What OpenID Connect Discovery asks for, and no more: nobody signs in here, AWS finds the keys of its tokens. */
export const discoveryOf = (issuer: string) => ({
  issuer,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  claims_supported: ['iss', 'sub', 'aud', 'iat', 'nbf', 'exp', 'jti'],
});
