import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../core/ledger/canonical.ts';

/** The same value with the members of its objects in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reordered(member)]),
  );
}

describe('canonicalJson', () => {
  it('writes members in order of their UTF-16 code units, without white space (RFC 8785, 3.2.3)', () => {
    const value = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }, []], a: {}, z: undefined })).toBe(
      '{"a":{},"b":[1,{"c":"x","d":null},[]]}',
    );
  });

  it('has as many members in order as there are', () => {
    for (const count of [2, 31, 32, 33, 100]) {
      const names = Array.from({ length: count }, (_, nth) => `m${(nth * 7919) % 1009}`);
      const written = canonicalJson(Object.fromEntries(names.map((name) => [name, null])));
      expect(written).toBe(`{${[...names].sort().map((name) => `"${name}":null`)}}`);
    }
  });

  it('writes texts, long and short ones, as JSON does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        expect(canonicalJson([text, { [text]: 1 }])).toBe(JSON.stringify([text, { [text]: 1 }]));
      }),
      { seed: 8785 },
    );
  });

  it('writes numbers and escapes as RFC 8785 has them', () => {
    expect(canonicalJson([1e30, 4.5, 6, 2e-3, 1e-27, -0, 1e21])).toBe('[1e+30,4.5,6,0.002,1e-27,0,1e+21]');
    expect(canonicalJson('€$\u000f\nA\'B"\\\\"/')).toBe('"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"');
  });

  it('says the same whatever the order of the members, and what JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('tells different values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = canonicalJson(a) === canonicalJson(b);
        expect(same).toBe(JSON.stringify(sortedCopy(a)) === JSON.stringify(sortedCopy(b)));
      }),
    );
  });

  it('leaves absent members out, and keeps the place of absent items', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, 1] })).toBe('{"b":[null,1]}');
    expect(canonicalJson(undefined)).toBe('null');
  });

  it('takes any depth', () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(canonicalJson(deep)).toHaveLength(200_000);
  });
});

/** Sorted the plain way: by inserting members in order. */
function sortedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedCopy);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value).sort();
  return names.map((name) => [name, sortedCopy((value as Record<string, unknown>)[name])]).concat([['object']]);
}
