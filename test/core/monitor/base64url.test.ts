import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../../core/monitor/base64url.ts';

it('writes bytes as they are written elsewhere, and reads them again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(text)).toEqual(bytes);
    }),
    { seed: 4648 },
  );
});

it('reads no text that it would write otherwise: padding, other digits, bits that mean nothing', () => {
  const digits = fc.constantFrom(...'AQgwBCDEhijkl0123_-', ...'+/=. \n\0é\u0141\u4141');
  fc.assert(
    fc.property(fc.string({ unit: digits, maxLength: 9 }), (text) => {
      const lenient = Buffer.from(text, 'base64url');
      const strict = lenient.toString('base64url') === text ? new Uint8Array(lenient) : undefined;
      expect(fromBase64Url(text)).toEqual(strict);
    }),
    { seed: 4648, numRuns: 20_000 },
  );
});
