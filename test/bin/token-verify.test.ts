/** `hive token verify`, on files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../bin/support/exit-codes.ts';
import { NOW } from '../support/plans.ts';
import { AUDIENCE, b64, ecKey, GOOD, HEADER, json, signed, token } from '../support/tokens.ts';
import { hive } from './run-cli.ts';

const ec = ecKey('ec-1');
const good = token(ec.key);
let folder: string;
const file = (name: string, of: unknown) => {
  writeFileSync(join(folder, name), typeof of === 'string' ? of : JSON.stringify(of));
  return join(folder, name);
};
let jwks: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hive-token-'));
  jwks = file('jwks.json', { keys: [ec.jwk] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const verify = (text: string, ...more: string[]) =>
  hive(['token', 'verify', '--jwks', jwks, '--audience', AUDIENCE, text, ...more]);

it('says that a token is valid and what it claims, and exits with 0', async () => {
  const { status, stdout } = await verify(good, '--json');
  expect(JSON.parse(stdout)).toEqual({ valid: true, code: 'OK', reason: null, signature: 'valid', claims: GOOD });
  expect(status).toBe(EXIT.ok);
  expect((await verify(good)).stdout).toContain('valid\n{');
});

it('says why a token is not valid, and exits with 3', async () => {
  const { status, stdout } = await verify(`${good}=`, '--json');
  const { message, ...verdict } = JSON.parse(stdout);
  expect(verdict).toEqual({ valid: false, code: 'TOKEN_INVALID', reason: 'base64url', signature: 'not_valid' });
  expect(message).toContain('base64url');
  expect(status).toBe(EXIT.refused);
  expect((await verify('')).status).toBe(EXIT.refused);
});

it('tells a bad claim from a bad signature, and can leave the claims out', async () => {
  const text = signed(ec.key, json(HEADER), b64('no claims'));
  expect(JSON.parse((await verify(text, '--json')).stdout)).toMatchObject({
    ...{ valid: false, reason: 'payload_not_claims', signature: 'valid' },
  });
  const { status, stdout } = await hive(['token', 'verify', '--jwks', jwks, '--signature-only', text]);
  expect([status, stdout]).toEqual([EXIT.ok, 'the signature is good\n']);
});

it('takes the token from standard input, a time and an issuer', async () => {
  const args = ['token', 'verify', '--jwks', jwks, '--audience', AUDIENCE, '-'];
  expect((await hive(args, { stdin: `${good}\n` })).status).toBe(EXIT.ok);
  expect((await verify(good, '--at', String(NOW + 600_000), '--json')).stdout).toContain('TOKEN_EXPIRED');
  expect((await verify(good, '--issuer', 'somebody', '--json')).stdout).toContain('"reason":"issuer"');
});

it('takes a single key, and refuses a set with a member twice', async () => {
  const one = file('jwk.json', ec.jwk);
  expect((await hive(['token', 'verify', '--jwks', one, '--audience', AUDIENCE, good])).status).toBe(EXIT.ok);
  const twice = file('twice.json', `{"keys":[],"keys":[${JSON.stringify(ec.jwk)}]}`);
  expect((await hive(['token', 'verify', '--jwks', twice, '--audience', AUDIENCE, good])).status).toBe(EXIT.refused);
});

it('is verified for somebody', async () => {
  const { status, stderr } = await hive(['token', 'verify', '--jwks', jwks, good]);
  expect(status).toBe(EXIT.usage);
  expect(stderr).toContain('--audience');
});
