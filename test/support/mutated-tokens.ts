/** Tokens that are nearly right: a good one, changed as its grammar has it. */
import fc from 'fast-check';
import { b64, GOOD, HEADER } from './tokens.ts';

const DIGITS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const ODD = [...'=+/ .\n\t\0%&"{}', 'é', '\u200b'];

const digit = fc.constantFrom(...DIGITS, ...ODD);

/** A run of characters taken out, put in or replaced. */
const text = (good: string) =>
  fc
    .record({
      at: fc.nat({ max: good.length }),
      gone: fc.nat({ max: 3 }),
      put: fc.array(digit, { maxLength: 3 }).map((digits) => digits.join('')),
    })
    .map(({ at, gone, put }) => good.slice(0, at) + put + good.slice(at + gone));

/** Parts swapped, left out, doubled, or of another token. */
const parts = (good: string) =>
  fc
    .array(fc.constantFrom(...good.split('.'), '', b64('{}'), b64('null'), b64(new Uint8Array(64))), { maxLength: 6 })
    .map((of) => of.join('.'));

const value = fc.oneof(
  fc.constantFrom<unknown>('none', 'HS256', 'ES256', 'RS256', 'PS256', 'ec-1', 'JWT', null, 0, 2 ** 40, [], {}, true),
  fc.jsonValue({ maxDepth: 2 }),
);
const name = fc.oneof(
  fc.constantFrom(
    'alg',
    'kid',
    'typ',
    'crit',
    'b64',
    'zip',
    'jku',
    'jwk',
    'x5u',
    'x5c',
    'cty',
    'sub',
    'aud',
    'exp',
    'nbf',
  ),
  fc.constantFrom('iss', 'scopes', 'ticket_id', '__proto__', 'constructor', ''),
);
const changed = (of: object) =>
  fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 3 }).map((members) => {
    // As text, so that members may come twice.
    const own = Object.entries(of).map(([key, is]) => `${JSON.stringify(key)}:${JSON.stringify(is)}`);
    return `{${[...own, ...members.map(([key, is]) => `${JSON.stringify(key)}:${JSON.stringify(is)}`)].join(',')}}`;
  });

/** The header or the claims say something else. */
const said = (good: string) => {
  const [head = '', body = '', tail = ''] = good.split('.');
  return fc.oneof(
    changed(HEADER).map((header) => `${b64(header)}.${body}.${tail}`),
    changed(GOOD).map((claims) => `${head}.${b64(claims)}.${tail}`),
    fc.constantFrom(`${head}.${body}.`, `.${body}.${tail}`, `${head}..${tail}`),
  );
};

export const mutatedToken = (good: string): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: text(good), weight: 3 },
    { arbitrary: parts(good), weight: 1 },
    { arbitrary: said(good), weight: 2 },
  );
