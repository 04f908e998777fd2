/** Mutants are found by `npm run mutants`, which takes minutes; here only that they can still be planted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apply } from './apply.ts';
import { MUTANTS } from './mutants.ts';

const CORE = join(import.meta.dirname, '../../../core');

describe('the mutants that show that the simulation bites', () => {
  it('are at least twenty, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS)('$name: there is exactly one place for it', async (mutant) => {
    const text = await readFile(join(CORE, mutant.file), 'utf8');
    expect(apply(mutant, text)).not.toBe(text);
  });

  it('are refused where there is no place, or more than one', () => {
    const mutant = { name: 'm', file: 'f', from: 'a', to: 'b' };
    expect(() => apply(mutant, 'c')).toThrow('0 times');
    expect(() => apply(mutant, 'aa')).toThrow('2 times');
  });
});
