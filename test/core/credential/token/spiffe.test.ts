/** Every MUST of SPIFFE's JWT-SVID, by section, and what its trust bundles ask of keys. */
import { describe, expect, it } from 'vitest';
import { verifyByCrypto } from '../../../../adapters/crypto/token-signatures.ts';
import { keysOf } from '../../../../core/credential/token/key.ts';
import { ALGORITHMS } from '../../../../core/credential/token/parse.ts';
import { verifyToken } from '../../../../core/credential/token/verify.ts';
import { AUDIENCE, EXPECTED, ecKey, GOOD, HEADER, json, token } from '../../../support/tokens.ts';

const ec = ecKey('ec-1');
const verify = (text: string, jwk: object = ec.jwk) =>
  verifyToken(text, keysOf({ keys: [jwk] }), EXPECTED, verifyByCrypto);
const refused = (text: string, reason: string) =>
  expect(verify(text)).rejects.toMatchObject({ status: 401, detail: { reason } });
const claims = (changes: object) => token(ec.key, HEADER, { ...GOOD, ...changes });

describe('1, 5.1: compact serialization only', () => {
  it('takes no JSON serialization, general or flattened', async () => {
    const [head, payload, signature] = token(ec.key).split('.');
    await refused(JSON.stringify({ payload, protected: head, signature }), 'parts');
    await refused(JSON.stringify({ payload, signatures: [{ protected: head, signature }] }), 'parts');
  });
  it('takes no JWE', () => refused('eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA', 'parts'));
});

describe('2: the header', () => {
  it.each(['iss', 'cty', 'x5t', 'x5t#S256', 'x5c', 'private'])('has nothing beside what is described: no %s', (name) =>
    refused(token(ec.key, { ...HEADER, [name]: 'x' }), 'header_member'),
  );
  it('2.1: alg is one of nine', async () => {
    expect(ALGORITHMS).toEqual(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512']);
    for (const alg of ['none', 'HS256', 'EdDSA', 'ES256K', '', null, 7])
      await refused(token(ec.key, { ...HEADER, alg }), 'alg');
  });
  it('2.1, 4: alg is looked at before anything else is done with the token', () =>
    refused(`${json({ alg: 'none', kid: 'nobody' })}.AAAA.AAAA`, 'alg'));
  it('2.2: kid may be left out', async () => {
    expect(await verify(token(ec.key, { alg: 'ES256' }))).toEqual(GOOD);
  });
  it('2.3: typ may be left out, and is JWT or JOSE', async () => {
    for (const typ of ['JWT', 'JOSE']) expect(await verify(token(ec.key, { ...HEADER, typ }))).toEqual(GOOD);
    for (const typ of ['JWE', '', null, 'application/jwt']) await refused(token(ec.key, { ...HEADER, typ }), 'typ');
  });
});

describe('3: the claims', () => {
  it.each([
    'agent-1',
    'https://hive-test/agent',
    'spiffe://',
    'spiffe://Hive-Test/a',
    'spiffe://hive-test/',
    'spiffe://hive-test/a/../b',
    'spiffe://hive-test//a',
    'spiffe://hive-test:80/a',
    'spiffe://u@hive-test/a',
    'spiffe://hive-test/a?b',
  ])('3.1: sub is a SPIFFE ID, and %s is none', (sub) => refused(claims({ sub }), 'subject'));
  it.each(['sub', 'aud', 'exp'])('3.1, 3.2, 3.3, 4: %s is there', (name) =>
    refused(
      token(ec.key, HEADER, Object.fromEntries(Object.entries(GOOD).filter(([of]) => of !== name))),
      'claim_missing',
    ),
  );
  it('3.2: aud has whom it is for, alone or among others', async () => {
    expect((await verify(claims({ aud: ['other', AUDIENCE] }))).aud).toContain(AUDIENCE);
    await refused(claims({ aud: ['other'] }), 'audience');
    for (const aud of [[], '', 7, [7], null]) await refused(claims({ aud }), 'claim_type');
  });
  it('3.3: exp is in the future', async () => {
    await refused(claims({ exp: EXPECTED.now / 1000 }), 'TOKEN_EXPIRED');
    for (const exp of ['1', null, -1, true]) await refused(claims({ exp }), 'claim_type');
  });
});

describe('6: keys of a bundle', () => {
  it('are for jwt-svid, or for signatures', async () => {
    expect(await verify(token(ec.key), { ...ec.jwk, use: 'jwt-svid' })).toEqual(GOOD);
    await expect(verify(token(ec.key), { ...ec.jwk, use: 'x509-svid' })).rejects.toMatchObject({
      detail: { reason: 'key_unfit' },
    });
  });
  it('that one does not know are left aside', async () => {
    const keys = keysOf({ keys: [{ kty: 'new', kid: 'a' }, { ...ec.jwk, kid: 'b', use: 'x509-svid' }, ec.jwk] });
    expect(await verifyToken(token(ec.key), keys, EXPECTED, verifyByCrypto)).toEqual(GOOD);
    expect(await verifyToken(token(ec.key, { alg: 'ES256' }), keys, EXPECTED, verifyByCrypto)).toEqual(GOOD);
  });
  it('of which there is none verify nothing', async () => {
    await expect(verifyToken(token(ec.key), keysOf({ keys: [] }), EXPECTED, verifyByCrypto)).rejects.toMatchObject({
      code: 'TOKEN_KEY_UNKNOWN',
    });
  });
});
