/**
 * An issuer's keys, found as OpenID Connect Discovery says: its configuration names its issuer, which has to be the one that
 * is trusted, and where its keys are. Kept for some minutes; a token that names another key has them read again, though not
 * more often than the cooldown allows, however many such tokens come.
 */
import { compactVerify, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import { discoveryUrlOf } from '../../core/access/oidc/trust.ts';
import { checkKey, isFit } from '../../core/credential/token/key.ts';
import { refuseToken } from '../../core/credential/token/refusal.ts';
import { isObject, parseStrict } from '../../core/credential/token/strict-json.ts';
import { HiveError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { VerifyIssued } from '../../core/ports/issued-tokens.ts';

export interface IssuedTokensDeps {
  /** an https URL, see core/access/oidc/trust.ts */
  readonly issuer: string;
  readonly clock: Pick<Clock, 'now'>;
  /** default: the global one */
  readonly fetch?: typeof globalThis.fetch;
}

/** A key that its issuer withdraws counts no longer than this, ms. */
export const KEPT_MS = 10 * 60_000;
/** Between two times that the issuer is asked, ms. */
export const COOLDOWN_MS = 30_000;
/** For each of its two documents, ms: shorter than a gateway waits for its authorizer. */
const TIMEOUT_MS = 3_000;
const MAX_BYTES = 256 * 1024;
const MAX_KEYS = 100;

type Keys = ReturnType<typeof createLocalJWKSet>;

export function createIssuedTokens({ issuer, clock, fetch = globalThis.fetch }: IssuedTokensDeps): VerifyIssued {
  let kept: { readonly keys: Keys; readonly kids: ReadonlySet<string>; readonly read_at: number } | undefined;
  let asked_at: number | undefined;
  let asking: Promise<void> | undefined;

  async function read(): Promise<void> {
    const configuration = await documentAt(discoveryUrlOf(issuer));
    if (configuration.issuer !== issuer) throw unreachable('its configuration names another issuer');
    const { jwks_uri } = configuration;
    const url = typeof jwks_uri === 'string' ? URL.parse(jwks_uri) : null;
    if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw unreachable('its jwks_uri is no https URL');
    const document = await documentAt(url.href);
    if (!Array.isArray(document.keys) || document.keys.length > MAX_KEYS) throw unreachable('its keys are no JWK set');
    const keys = document.keys.filter(isUsable);
    const kids = new Set(keys.map(({ kid }) => kid as string));
    kept = { keys: createLocalJWKSet({ keys } as unknown as JSONWebKeySet), kids, read_at: clock.now() };
  }

  async function documentAt(url: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status !== 200) throw unreachable(`it answered with status ${response.status}`);
      const document = parseStrict(await bytesOf(response), 'document');
      if (!isObject(document)) throw unreachable('it answered with no JSON object');
      return document;
    } catch (cause) {
      throw cause instanceof HiveError && cause.code === 'ISSUER_UNREACHABLE' ? cause : unreachable(String(cause));
    }
  }

  /** Whoever comes while the issuer is asked waits for the same answer. */
  async function readAgain(): Promise<void> {
    if (asking === undefined) {
      const now = clock.now();
      if (asked_at !== undefined && now - asked_at < COOLDOWN_MS) return;
      asked_at = now;
      asking = read().finally(() => {
        asking = undefined;
      });
    }
    await asking;
  }

  const inForce = () => (kept !== undefined && clock.now() - kept.read_at < KEPT_MS ? kept : undefined);

  return async ({ alg, kid, text }) => {
    if (!inForce()?.kids.has(kid)) await readAgain();
    const known = inForce();
    if (known === undefined) throw unreachable('it was asked in vain a moment ago');
    if (!known.kids.has(kid))
      throw refuseToken('TOKEN_KEY_UNKNOWN', undefined, 'The issuer publishes no key of the id that the token names.');
    try {
      await compactVerify(text, known.keys, { algorithms: [alg] });
      return true;
    } catch (error) {
      if (error instanceof errors.JOSEError) return false;
      throw error;
    }
  };

  function unreachable(why: string): HiveError {
    return new HiveError('ISSUER_UNREACHABLE', `The keys of ${issuer} cannot be read: ${why}.`, { status: 503 });
  }
}

/** With an id, public, meant for signatures, and strong: RSA and EC as for tickets' own tokens, else Ed25519. */
function isUsable(jwk: unknown): jwk is Readonly<Record<string, unknown>> {
  if (!isObject(jwk) || typeof jwk.kid !== 'string' || jwk.kid === '') return false;
  if (jwk.kty !== 'OKP') return isFit(checkKey(jwk));
  return jwk.crv === 'Ed25519' && !Object.hasOwn(jwk, 'd') && (jwk.use === undefined || jwk.use === 'sig');
}

/** What is longer than it may be is not read to its end. */
async function bytesOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw new Error(`longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
