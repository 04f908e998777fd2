/** Keys and tokens for tests: good ones, and any that one likes. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Claims } from '../../core/credential/token/claims.ts';
import { NOW } from './plans.ts';

export const AUDIENCE = 'spiffe://hive-test/agent-api';
export const ISSUER = 'spiffe://hive-test';
export const EXPECTED = { audience: AUDIENCE, issuer: ISSUER, trust_domain: 'hive-test', now: NOW, leeway_ms: 60_000 };

export const b64 = (of: string | Uint8Array): string => Buffer.from(of).toString('base64url');
export const json = (of: unknown): string => b64(JSON.stringify(of));

export interface TestKey {
  readonly jwk: Record<string, string>;
  readonly key: KeyObject;
}

function pair(made: { publicKey: KeyObject; privateKey: KeyObject }, of: Record<string, string>): TestKey {
  return {
    jwk: { ...(made.publicKey.export({ format: 'jwk' }) as Record<string, string>), ...of },
    key: made.privateKey,
  };
}
export const ecKey = (kid: string): TestKey =>
  pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }), { kid, alg: 'ES256', use: 'jwt-svid' });
export const rsaKey = (kid: string, modulusLength = 2048, alg = 'RS256'): TestKey =>
  pair(generateKeyPairSync('rsa', { modulusLength }), { kid, alg });

export const GOOD: Claims = {
  sub: 'spiffe://hive-test/agent/agent-1',
  aud: AUDIENCE,
  iss: ISSUER,
  iat: NOW / 1000,
  nbf: NOW / 1000,
  exp: NOW / 1000 + 600,
  jti: 'one',
};
export const HEADER = { alg: 'ES256', typ: 'JWT', kid: 'ec-1' };

/** ES256 over whatever the two parts are. */
export function signed(key: KeyObject, head: string, body: string): string {
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' });
  return `${head}.${body}.${b64(signature)}`;
}
export const rsaSigned = (key: KeyObject, head: string, body: string): string =>
  `${head}.${body}.${b64(sign('sha256', Buffer.from(`${head}.${body}`), key))}`;
export const hmacSigned = (secret: string | Buffer, head: string, body: string): string =>
  `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;

export const token = (key: KeyObject, header: object = HEADER, claims: object = GOOD): string =>
  signed(key, json(header), json(claims));
