/** Keys for tests of the ring alone: told apart by their number, and of no use for signing. */
import type { NewKey } from '../../core/credential/key-ring/state.ts';
import type { KeyMaker } from '../../core/ports/key-maker.ts';

export function createCountedKeys(): KeyMaker & { readonly made: NewKey[] } {
  const made: NewKey[] = [];
  return {
    made,
    async make() {
      const kid = `key-${made.length + 1}`;
      const of = { kid, public_jwk: { kty: 'EC', crv: 'P-256', x: `${kid}-x`, y: `${kid}-y` } } as const;
      const key = { ...of, wrapped: `${kid}-wrapped`, wrapped_by: 'arn:wrapping-key' };
      made.push(key);
      return key;
    },
  };
}
