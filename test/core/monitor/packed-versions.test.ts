import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/digest.ts';
import { fromBase64Url, toBase64Url } from '../../../core/monitor/base64url.ts';
import { ByteReader, readPacked, writePacked } from '../../../core/monitor/packed-versions.ts';
import { timelineCursor, timelinePosition } from '../../../core/monitor/timeline-cursor.ts';

describe('Packed numbers', () => {
  const versions = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 100_000 })));

  it('are read as they were written, and nothing is left over', () => {
    fc.assert(
      fc.property(versions, (values) => {
        const bytes: number[] = [];
        writePacked(bytes, values);
        const reader = new ByteReader(Uint8Array.from(bytes));
        expect(readPacked(reader, values.length)).toEqual(values);
        expect(reader.atEnd).toBe(true);
      }),
    );
  });

  it('take three bits a ticket where tickets have a few events each: a large plan fits an address', () => {
    const values = Array.from({ length: 10_000 }, (_, index) => (index % 500 === 0 ? 20 : index % 7));
    const cursor = timelineCursor('p', { plan: 3, tasks: values, undo: [] }, sha256);
    expect(cursor.length).toBeLessThan(5200);
  });
});

describe('Base64url', () => {
  it('is what Node writes, and reads only what it would have written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, text) => {
        const written = toBase64Url(bytes);
        expect(written).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(written)).toEqual(bytes);
        const read = fromBase64Url(text);
        if (read !== undefined) expect(toBase64Url(read)).toBe(text);
      }),
    );
  });

  it.each(['A', '====', 'AB', 'a+b/', 'QQ=='])('does not read %j', (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });
});

describe("A timeline's cursor", () => {
  const position = fc.integer({ min: 0, max: 40 }).chain((count) => {
    const list = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: count, maxLength: count });
    return fc.record({ plan: fc.integer({ min: 0, max: 5000 }), tasks: list, undo: fc.oneof(fc.constant([]), list) });
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.string(), position, (planId, written) => {
        const read = timelinePosition(planId, timelineCursor(planId, written, sha256), sha256);
        expect(read).toEqual(written);
      }),
    );
  });

  it('is refused for another plan, and whatever text that is none is refused with a code', () => {
    const cursor = timelineCursor('p', { plan: 3, tasks: [1, 2], undo: [] }, sha256);
    const refused = expect.objectContaining({ code: 'CURSOR_INVALID', status: 400 });
    expect(() => timelinePosition('q', cursor, sha256)).toThrow(refused);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array().map(toBase64Url)), (text) => {
        expect(() => timelinePosition('p', text, sha256)).toThrow(refused);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: cursor.length - 1 }), (length) => {
        expect(() => timelinePosition('p', cursor.slice(0, length), sha256)).toThrow(refused);
      }),
    );
  });
});
