/** Where what is kept of access is listed. Refusals come in floods: they are spread over lists, so that none is a hot key. */
import type { Ledger } from '../ports/ledger.ts';

const SHARDS = 8;

export const GRANTS_LIST = 'GRANTS';
export const SIGNALS_LIST = 'SIGNALS';
export const ENROLMENTS_LIST = 'ENROLMENTS';

/** @param digest hex of what is listed */
export const refusalsList = (digest: string): string => `REFUSALS#${Number.parseInt(digest.slice(0, 8), 16) % SHARDS}`;

/** Sorts by when it came: epoch ms. */
export const listedBy = (at: number, id: string): string => `${String(at).padStart(15, '0')}#${id}`;

/** The newest first. */
export async function newestRefusals<T extends { readonly at: number; readonly refusal_id: string }>(
  ledger: Pick<Ledger, 'listStates'>,
  limit: number,
): Promise<T[]> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => ledger.listStates<T>(`REFUSALS#${shard}`, limit));
  return (await Promise.all(shards))
    .flat()
    .sort((a, b) => b.at - a.at || (a.refusal_id < b.refusal_id ? 1 : -1))
    .slice(0, limit);
}
