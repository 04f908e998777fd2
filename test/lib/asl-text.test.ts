import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aslText } from '../../lib/asl-text.ts';

test('any definition is read back as it was, with the value in its place', () => {
  const words = fc.oneof(fc.string(), fc.constantFrom('${X}', '$${', '\\${', '\\u0024{', '$.plan_id', 'Ref'));
  fc.assert(
    fc.property(fc.dictionary(words, words), (states) => {
      const text = aslText({ states, url: '@here@' }, '@here@', 'https://queue');
      expect(text).not.toContain('${');
      expect(JSON.parse(text)).toEqual({ states, url: 'https://queue' });
    }),
  );
});
