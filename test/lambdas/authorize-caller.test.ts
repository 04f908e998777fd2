import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { COOLDOWN_MS, createIssuedTokens, KEPT_MS } from '../../adapters/jose/issued-tokens.ts';
import { createSignIn } from '../../core/access/oidc/sign-in.ts';
import { createAuthorizeCaller } from '../../lambdas/authorize-caller/authorize.ts';
import { identityOf } from '../../lambdas/runtime/identity.ts';

const ISSUER = 'https://login.example.com/acme';
const AUDIENCE = 'hive';
const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:api/dev/GET/v1/plans';
const START = Date.parse('2026-06-01T12:00:00Z');

interface Signer {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function signer(kid: string, alg: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(alg === 'EdDSA' && { crv: 'Ed25519' }),
  });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

let server: Server;
let now: number;
let asked: string[];
/** what the issuer answers, by path */
let told: Record<string, unknown>;
let [rs, ps, es, ed]: Signer[] = [];
let authorize: ReturnType<typeof createAuthorizeCaller>;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = told[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  [rs, ps, es, ed] = await Promise.all([
    signer('rs', 'RS256'),
    signer('ps', 'PS256'),
    signer('es', 'ES256'),
    signer('ed', 'EdDSA'),
  ]);
});
afterAll(() => new Promise((closed) => server.close(closed)));

beforeEach(() => {
  [now, asked] = [START, []];
  told = {
    '/acme/.well-known/openid-configuration': { issuer: ISSUER, jwks_uri: 'https://keys.example.com/jwks' },
    '/jwks': { keys: [rs?.jwk, ps?.jwk, es?.jwk, ed?.jwk] },
  };
  // The issuer's names lead to the server of this test.
  const local: typeof fetch = (url, init) => {
    const { pathname } = new URL(String(url));
    return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`, init);
  };
  const clock = { now: () => now };
  const trust = { issuer: ISSUER, audience: AUDIENCE, roles_claim: 'roles', tenants_claim: 'org.tenants' };
  const verify = createIssuedTokens({ issuer: ISSUER, clock, fetch: local });
  authorize = createAuthorizeCaller(createSignIn({ trust, verify, clock }));
});

const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', roles: ['operator', 'cook'], org: { tenants: ['acme'] } };

function signed(by: Signer | undefined, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
  const { kid, alg, privateKey } = by as Signer;
  const seconds = Math.floor(START / 1000);
  return new SignJWT({ iat: seconds, exp: seconds + 600, ...CLAIMS, ...claims })
    .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
    .sign(privateKey);
}
const ask = (token: string) => authorize({ authorizationToken: `Bearer ${token}`, methodArn: ARN });
const code = async (token: string | Promise<string>) =>
  ask(await token).then(
    () => 'let in',
    ({ code, detail }) => (code === 'TOKEN_INVALID' ? detail.reason : code),
  );
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('A token of the issuer', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed with %s lets its caller in, for this one call', async (alg) => {
    const by = [rs, ps, es, ed].find((one) => one?.alg === alg);
    const answer = await ask(await signed(by));
    expect(answer.principalId).toBe(`oidc:${ISSUER}#ada`);
    expect(answer.policyDocument.Statement).toEqual([{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ARN }]);
  });

  it('names its subject, the roles that there are, and tenants, as the function behind reads them', async () => {
    const { context } = await ask(await signed(es));
    const event = { requestContext: { identity: { sourceIp: '192.0.2.1' }, authorizer: context }, headers: {} };
    expect(identityOf(event as never, 'gateway')).toEqual({
      ...{ kind: 'oidc', issuer: ISSUER, subject: 'ada', roles: ['operator'], tenants: ['acme'] },
      source: '192.0.2.1',
    });
  });

  it('without claims of roles and tenants is somebody who has none', async () => {
    const { context } = await ask(await signed(es, { roles: undefined, org: undefined }));
    expect(context).toMatchObject({ oidc_subject: 'ada', oidc_roles: '[]', oidc_tenants: '[]' });
  });

  it('may list its roles as words of one text', async () => {
    const { context } = await ask(await signed(es, { roles: 'sre  operator' }));
    expect(context?.oidc_roles).toBe('["operator","sre"]');
  });

  it('has the issuer asked once, however many come', async () => {
    const token = await signed(es);
    await Promise.all([ask(token), ask(token), ask(await signed(rs))]);
    await ask(token);
    expect(asked).toEqual(['/acme/.well-known/openid-configuration', '/jwks']);
  });
});

describe('Nobody is let in by a token', () => {
  const seconds = START / 1000;
  it.each([
    ['of another issuer', { iss: 'https://evil.example.com' }, 'issuer'],
    ['of the issuer with a slash more', { iss: `${ISSUER}/` }, 'issuer'],
    ['for another audience', { aud: ['other'] }, 'audience'],
    ['for nobody', { aud: undefined }, 'claim_type'],
    ['that has expired', { iat: seconds - 700, exp: seconds - 60 }, 'TOKEN_EXPIRED'],
    ['that never expires', { exp: undefined }, 'claim_missing'],
    ['that expires in the year 58000', { exp: START }, 'claim_type'],
    ['that is not valid yet', { nbf: seconds + 61 }, 'TOKEN_NOT_YET_VALID'],
    ['that is issued later', { iat: seconds + 61 }, 'TOKEN_NOT_YET_VALID'],
    ['without a subject', { sub: undefined }, 'subject'],
    ['whose subject has a line break', { sub: 'ada\nrole' }, 'subject'],
    ['that ends a session', { events: {} }, 'typ'],
    ['that is bound to a key', { cnf: { jkt: 'x' } }, 'typ'],
    ['whose roles are no texts', { roles: [1] }, 'claim_type'],
    ['with too many tenants', { org: { tenants: Array.from({ length: 101 }, (_, i) => `t${i}`) } }, 'claim_type'],
  ])('%s', async (_, claims, expected) => {
    expect(await code(signed(es, claims))).toBe(expected);
  });

  it('as far as clocks may differ it is let in all the same', async () => {
    expect(await code(signed(es, { iat: seconds - 700, exp: seconds - 59 }))).toBe('let in');
    expect(await code(signed(es, { nbf: seconds + 60 }))).toBe('let in');
  });

  it('that is made for something else', async () => {
    expect(await code(signed(es, {}, { typ: 'logout+jwt' }))).toBe('typ');
    expect(await code(signed(es, {}, { typ: 'at+jwt', x5t: 'ignored' }))).toBe('let in');
  });

  it('signed by nobody', async () => {
    const [, body] = (await signed(es)).split('.');
    expect(await code(`${encoded({ alg: 'none', kid: 'es' })}.${body}.`)).toBe('parts');
    expect(await code(`${encoded({ alg: 'none', kid: 'es' })}.${body}.AA`)).toBe('alg');
  });

  it('signed with a public key as if it were a secret', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(rs?.jwk));
    const token = new SignJWT({ ...CLAIMS, exp: seconds + 600 }).setProtectedHeader({ alg: 'HS256', kid: 'rs' });
    expect(await code(token.sign(secret))).toBe('alg');
  });

  it('signed by a key of another algorithm, or changed after it was signed', async () => {
    expect(await code(signed({ ...(ps as Signer), kid: 'rs' }))).toBe('signature');
    const [head, , tail] = (await signed(es)).split('.');
    const body = encoded({ ...CLAIMS, exp: seconds + 600, roles: ['security'] });
    expect(await code(`${head}.${body}.${tail}`)).toBe('signature');
  });

  it('that does not name its key, or brings one', async () => {
    expect(await code(signed(es, {}, { kid: undefined }))).toBe('kid');
    const own = await signer('es', 'ES256');
    expect(await code(signed(own, {}, { jwk: own.jwk }))).toBe('signature');
  });

  it('that is too long, or no token', async () => {
    expect(await code(signed(es, { more: 'x'.repeat(8192) }))).toBe('size');
    expect(await code('a.b')).toBe('base64url');
    await expect(authorize({ authorizationToken: 'Basic YTpi', methodArn: ARN })).rejects.toMatchObject({
      code: 'TOKEN_MISSING',
    });
  });

  it('with a member twice', async () => {
    const body = Buffer.from(`{"iss":"${ISSUER}","sub":"a","sub":"b"}`).toString('base64url');
    expect(await code(`${encoded({ alg: 'ES256', kid: 'es' })}.${body}.AA`)).toBe('duplicate_member');
  });
});

describe('The keys of an issuer', () => {
  it('that it has rotated are found, though not by asking it at every token of an unknown key', async () => {
    await ask(await signed(es));
    const next = await signer('next', 'ES256');
    told['/jwks'] = { keys: [next.jwk] };
    for (let i = 0; i < 5; i++) expect(await code(signed(next))).toBe('TOKEN_KEY_UNKNOWN');
    expect(asked).toHaveLength(2);
    now += COOLDOWN_MS;
    expect(await code(signed(next))).toBe('let in');
    expect(asked).toHaveLength(4);
    expect(await code(signed(es))).toBe('TOKEN_KEY_UNKNOWN');
  });

  it('that it has withdrawn count no longer than they are kept', async () => {
    const long = { exp: START / 1000 + 7200 };
    await ask(await signed(es, long));
    told['/jwks'] = { keys: [] };
    now += KEPT_MS - 1;
    expect(await code(signed(es, long))).toBe('let in');
    now += 1;
    expect(await code(signed(es, long))).toBe('TOKEN_KEY_UNKNOWN');
  });

  it('are not guessed while it does not answer', async () => {
    const configuration = told['/acme/.well-known/openid-configuration'];
    told = {};
    expect(await code(signed(es))).toBe('ISSUER_UNREACHABLE');
    expect(await code(signed(es))).toBe('ISSUER_UNREACHABLE');
    expect(asked).toHaveLength(1);
    told = { '/acme/.well-known/openid-configuration': configuration, '/jwks': { keys: [es?.jwk] } };
    now += COOLDOWN_MS;
    expect(await code(signed(es))).toBe('let in');
  });

  it.each([
    ['its configuration is of another', { issuer: 'https://evil.example.com', jwks_uri: 'https://k.example/jwks' }],
    ['they are not at an https URL', { issuer: ISSUER, jwks_uri: 'http://k.example/jwks' }],
    ['it answers without end', ' '.repeat(300_000)],
    ['it answers with something else', '<html>'],
  ])('are not taken where %s', async (_, configuration) => {
    told['/acme/.well-known/openid-configuration'] = configuration;
    expect(await code(signed(es))).toBe('ISSUER_UNREACHABLE');
  });

  it('are not taken where they are weak, private or symmetric', async () => {
    const oct = { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' };
    const whole = { ...(await exportJWK((es as Signer).privateKey)), kid: 'es' };
    told['/jwks'] = { keys: [oct, whole] };
    expect(await code(signed(es))).toBe('TOKEN_KEY_UNKNOWN');
  });
});
