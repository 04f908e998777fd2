import { validate, version } from 'uuid';
import { expect, it } from 'vitest';
import { newTokenId } from '../../adapters/system/token-id.ts';

it('are UUIDs of version 7 that say when they were made, each another', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const ids = Array.from({ length: 1000 }, () => newTokenId(now));
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) {
    expect(validate(id) && version(id)).toBe(7);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(now);
  }
  expect(newTokenId(0).startsWith('00000000-0000-7')).toBe(true);
});
