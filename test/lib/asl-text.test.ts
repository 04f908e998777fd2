import { Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aslText } from '../../lib/asl-text.ts';

test('any definition is read back as it was, with the value in its place', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the point is that nobody takes it for one
  const words = fc.oneof(fc.string(), fc.constantFrom('${X}', '$${', '\\${', '\\u0024{', '$.plan_id', 'Ref'));
  const stack = new Stack();
  fc.assert(
    fc.property(fc.dictionary(words, words, { noNullPrototype: true }), (states) => {
      const text = stack.resolve(aslText({ states, url: '@here@' }, '@here@', 'https://queue'));
      expect(text).not.toContain('${');
      expect(JSON.parse(text)).toEqual({ states, url: 'https://queue' });
    }),
  );
});
