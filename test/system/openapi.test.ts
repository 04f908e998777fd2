import { expect, test } from 'vitest';
import { playOpenApi } from '../api/schemathesis.ts';

test('requests drawn from the OpenAPI document, good and bad, are answered as it says and never with a server error', async () => {
  const { passed, output, faults } = await playOpenApi({ examples: 15 });
  expect(faults).toEqual([]);
  expect(passed, output).toBe(true);
});
