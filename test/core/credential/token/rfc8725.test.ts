/** At least three attacks on each item of RFC 8725 (JSON Web Token Best Current Practices), section 3. */
import { constants, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyByCrypto } from '../../../../adapters/crypto/token-signatures.ts';
import { keysOf } from '../../../../core/credential/token/key.ts';
import type { TokenReason } from '../../../../core/credential/token/refusal.ts';
import { verifyToken } from '../../../../core/credential/token/verify.ts';
import { NOW } from '../../../support/plans.ts';
import {
  b64,
  EXPECTED,
  ecKey,
  GOOD,
  HEADER,
  hmacSigned,
  json,
  rsaKey,
  rsaSigned,
  signed,
  token,
} from '../../../support/tokens.ts';

const ec = ecKey('ec-1');
const other = ecKey('ec-2');
const rsa = rsaKey('rsa-1');
const weak = rsaKey('rsa-weak', 1024);
const keys: Readonly<Record<string, unknown>> = { keys: [ec.jwk, other.jwk, rsa.jwk] };
const S = NOW / 1000;
const pem = JSON.stringify(ec.jwk);

const claims = (changes: object) => token(ec.key, HEADER, { ...GOOD, ...changes });
const header = (changes: object) => token(ec.key, { ...HEADER, ...changes });
const without = (name: string) =>
  token(ec.key, HEADER, Object.fromEntries(Object.entries(GOOD).filter(([other]) => other !== name)));
const body = (text: string | Uint8Array) => signed(ec.key, json(HEADER), b64(text));
const good = token(ec.key);
const [head = '', payload = '', tail = ''] = good.split('.');
const last = (part: string) => {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // Bits of the last digit that mean nothing: lenient decoders read the same bytes.
  return part.slice(0, -1) + digits[digits.indexOf(part.at(-1) ?? '') ^ 1];
};
const pss = () => {
  const text = `${json({ alg: 'PS256', kid: 'rsa-1' })}.${json(GOOD)}`;
  const by = { key: rsa.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${text}.${b64(sign('sha256', Buffer.from(text), by))}`;
};
const compressed = Buffer.from('789c', 'hex');

type Attack = readonly [
  item: string,
  what: string,
  token: string,
  reason: TokenReason | string,
  jwks?: Readonly<Record<string, unknown>>,
];

const ATTACKS: readonly Attack[] = [
  ['3.1', 'alg none, no signature', `${json({ alg: 'none' })}.${json(GOOD)}.`, 'parts'],
  ['3.1', 'alg None, a signature that is not looked at', `${json({ alg: 'None' })}.${json(GOOD)}.AAAA`, 'alg'],
  [
    '3.1',
    'HS256 with the public key as the secret',
    hmacSigned(pem, json({ ...HEADER, alg: 'HS256' }), json(GOOD)),
    'alg',
  ],
  ['3.1', 'an algorithm that the key is not for', pss(), 'alg_not_of_key'],
  ['3.1', 'RS256 named, with a key for ES256', header({ alg: 'RS256' }), 'alg_not_of_key'],
  ['3.2', 'alg left out', token(ec.key, { kid: 'ec-1' }), 'alg'],
  ['3.2', 'alg in lower case', header({ alg: 'es256' }), 'alg'],
  ['3.2', 'an algorithm with SHA-1', header({ alg: 'RS1' }), 'alg'],
  [
    '3.2',
    'an RSA key of 1024 bits',
    rsaSigned(weak.key, json({ alg: 'RS256', kid: 'rsa-weak' }), json(GOOD)),
    'key_unfit',
    weak.jwk,
  ],
  [
    '3.3',
    'the payload of another token',
    `${head}.${json({ ...GOOD, sub: 'spiffe://hive-test/agent/other' })}.${tail}`,
    'signature',
  ],
  ['3.3', 'the header of another token', `${json({ ...HEADER, kid: 'ec-2' })}.${payload}.${tail}`, 'signature'],
  ['3.3', 'a signature of zeros', `${head}.${payload}.${b64(new Uint8Array(64))}`, 'signature'],
  [
    '3.3',
    'a token in a token: only the outer one is signed by us',
    token(ec.key, { ...HEADER, cty: 'JWT' }),
    'header_member',
  ],
  ['3.4', 'a point that is not on the curve', good, 'signature', { ...ec.jwk, y: ec.jwk.x ?? '' }],
  [
    '3.4',
    'a point at infinity',
    good,
    'signature',
    { ...ec.jwk, x: b64(new Uint8Array(32)), y: b64(new Uint8Array(32)) },
  ],
  ['3.4', 'a coordinate too short', good, 'key_unfit', { ...ec.jwk, x: 'AAAA' }],
  [
    '3.4',
    'a signature in DER',
    `${head}.${payload}.${b64(sign('sha256', Buffer.from(`${head}.${payload}`), ec.key))}`,
    'signature',
  ],
  ['3.4', 'more after the signature', `${good}AAAA`, 'signature'],
  ['3.5', 'an exponent of 1: every signature fits', good, 'key_unfit', { ...rsa.jwk, e: 'AQ' }],
  ['3.5', 'an exponent of 3', good, 'key_unfit', { ...rsa.jwk, e: 'Aw' }],
  [
    '3.5',
    'a modulus that is even',
    good,
    'key_unfit',
    { ...rsa.jwk, n: b64(Buffer.concat([Buffer.from([0x80]), Buffer.alloc(255)])) },
  ],
  [
    '3.5',
    'a secret that is a word',
    hmacSigned('secret', json({ alg: 'HS256' }), json(GOOD)),
    'alg',
    { kty: 'oct', k: b64('secret') },
  ],
  ['3.6', 'compressed claims', signed(ec.key, json({ ...HEADER, zip: 'DEF' }), b64(compressed)), 'header_member'],
  ['3.6', 'compressed claims that are not said to be', body(compressed), 'payload_not_claims'],
  ['3.6', 'a token of more than 8192 characters', claims({ padding: 'x'.repeat(8192) }), 'size'],
  ['3.7', 'claims in UTF-16', body(Buffer.from(JSON.stringify(GOOD), 'utf16le')), 'payload_not_claims'],
  [
    '3.7',
    'claims in Latin-1',
    body(Buffer.from(JSON.stringify({ ...GOOD, name: 'ü' }), 'latin1')),
    'payload_not_claims',
  ],
  ['3.7', 'a byte order mark', body(`\ufeff${JSON.stringify(GOOD)}`), 'payload_not_claims'],
  ['3.8', 'another issuer', claims({ iss: 'spiffe://hive-prod' }), 'issuer'],
  ['3.8', 'no issuer', without('iss'), 'issuer'],
  ['3.8', 'a subject of another trust domain', claims({ sub: 'spiffe://hive-prod/agent/agent-1' }), 'subject'],
  ['3.8', 'a subject that is no SPIFFE ID', claims({ sub: 'agent-1' }), 'subject'],
  ['3.8', 'our claims, signed by a key of somebody else', token(ecKey('ec-1').key), 'signature'],
  ['3.9', 'no audience', without('aud'), 'claim_missing'],
  ['3.9', 'another audience', claims({ aud: 'spiffe://hive-test/another-api' }), 'audience'],
  ['3.9', 'ours as a part of another', claims({ aud: `${GOOD.aud}/more` }), 'audience'],
  ['3.9', 'a list without ours', claims({ aud: ['a', 'b'] }), 'audience'],
  ['3.10', 'a path as the id of the key', header({ kid: '../../../../dev/null' }), 'TOKEN_KEY_UNKNOWN'],
  ['3.10', 'SQL as the id of the key', header({ kid: "x' UNION SELECT 'ec-1" }), 'TOKEN_KEY_UNKNOWN'],
  ['3.10', 'a key from where the token says (jku)', header({ jku: 'https://evil.example/jwks.json' }), 'header_member'],
  [
    '3.10',
    'a certificate from where the token says (x5u)',
    header({ x5u: 'https://evil.example/cert' }),
    'header_member',
  ],
  ['3.10', 'the key in the token itself (jwk)', token(other.key, { ...HEADER, jwk: other.jwk }), 'header_member'],
  ['3.11', 'an access token (at+jwt)', header({ typ: 'at+jwt' }), 'typ'],
  ['3.11', 'a logout token', header({ typ: 'logout+jwt' }), 'typ'],
  ['3.11', 'typ in lower case', header({ typ: 'jwt' }), 'typ'],
  ['3.11', 'typ that is no text', header({ typ: ['JWT'] }), 'typ'],
  ['3.12', 'a key for encryption', good, 'key_unfit', { ...ec.jwk, use: 'enc' }],
  ['3.12', 'a key with other key_ops', good, 'key_unfit', { ...ec.jwk, key_ops: ['deriveBits'] }],
  ['3.12', 'what must be understood and is not (crit)', header({ crit: ['exp'] }), 'header_member'],
  ['3.12', 'a payload that is not encoded (b64)', header({ b64: false, crit: ['b64'] }), 'header_member'],
  ['3.12', 'no end', without('exp'), 'claim_missing'],
  ['3.12', 'an end in ms: in 50 000 years', claims({ exp: NOW + 600_000 }), 'claim_type'],
  ['3.12', 'an end that is text', claims({ exp: String(S + 600) }), 'claim_type'],
  ['3.12', 'expired by a second', claims({ exp: S - 1 }), 'TOKEN_EXPIRED'],
  ['3.12', 'expired now', claims({ exp: S }), 'TOKEN_EXPIRED'],
  ['3.12', 'valid later', claims({ nbf: S + 61 }), 'TOKEN_NOT_YET_VALID'],
  // beyond the RFC: one text for one token
  ['text', 'padding', `${head}.${payload}.${tail}=`, 'base64url'],
  ['text', 'a blank in a part', `${head}.${payload}. ${tail}`, 'base64url'],
  ['text', 'base64 instead of base64url', `${head}.${payload}.${tail.slice(0, -1)}+`, 'base64url'],
  ['text', 'bits that mean nothing', `${head}.${payload}.${last(tail)}`, 'base64url'],
  [
    'text',
    'a member of the header twice',
    signed(ec.key, b64('{"alg":"ES256","kid":"ec-2","kid":"ec-1"}'), json(GOOD)),
    'duplicate_member',
  ],
  [
    'text',
    'a member twice, once in escapes',
    body(JSON.stringify(GOOD).replace('{', '{"s\\u0075b":"x",')),
    'duplicate_member',
  ],
  [
    'text',
    'a member twice, further in',
    claims({}).replace(payload, b64(JSON.stringify(GOOD).replace('{', '{"a":[{"b":1,"b":2}],'))),
    'signature',
  ],
  [
    'text',
    'a signed member twice, further in',
    body(JSON.stringify(GOOD).replace('{', '{"a":[{"b":1,"b":2}],')),
    'duplicate_member',
  ],
  ['text', 'a fourth part', `${good}.AAAA`, 'parts'],
  ['text', 'JSON serialization', JSON.stringify({ payload, protected: head, signature: tail }), 'parts'],
];

it('takes the token that the attacks are made from', async () => {
  expect(await verifyToken(good, keysOf(keys), EXPECTED, verifyByCrypto)).toEqual(GOOD);
});

it.each(ATTACKS.map((attack) => ({ name: `${attack[0]}: ${attack[1]}`, attack })))(
  'refuses $name',
  async ({ attack: of }) => {
    const [, , attack, reason, jwks = keys] = of;
    const only = 'keys' in jwks ? jwks : { keys: [{ ...jwks, kid: attack === good ? 'ec-1' : jwks.kid }] };
    await expect(verifyToken(attack, keysOf(only), EXPECTED, verifyByCrypto)).rejects.toMatchObject({
      status: 401,
      detail: { reason },
    });
  },
);

it('tries three attacks or more on each item', () => {
  for (let item = 1; item <= 12; item++)
    expect(ATTACKS.filter(([of]) => of === `3.${item}`).length).toBeGreaterThanOrEqual(3);
});
