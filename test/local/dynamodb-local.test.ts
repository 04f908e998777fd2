import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifest } from '../../local/dynamodb-local.ts';

it('a jar manifest has no line over 72 bytes and reads back as it was written', () => {
  const value = fc.stringMatching(/^[\w./-]+( [\w./-]+)*$/, { maxLength: 500 });
  fc.assert(
    fc.property(value, (classPath) => {
      const text = manifest({ 'Main-Class': 'a.B', 'Class-Path': classPath });
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
      expect(text.replaceAll('\n ', '')).toBe(`Main-Class: a.B\nClass-Path: ${classPath}\n`);
    }),
  );
});
