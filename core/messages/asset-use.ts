/** What a task says that it touches: assets by the names that they have in the catalogue. */
import { z } from 'zod';
import { absent } from './primitives.ts';

/** Short, and the same as a Kubernetes object may have as its name: such names also stand in scopes of tokens. */
export const assetId = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    'must be 1-63 of lower-case letters, digits, - and ., beginning and ending with a letter or digit',
  );

/** What is done to it: `read`, `write`, `call` … */
export const assetAction = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1-32 of lower-case letters, digits, _ and -, beginning with a letter');

/** Of an ApiAsset, as the catalogue has it; short enough for a breaker's key to be in a path. */
export const endpointName = z
  .string()
  .max(180)
  .regex(/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) \/[!-~]*$/, 'must be a method and a path: GET /users/{id}');

export const assetUse = z.object({
  asset_id: assetId,
  action: assetAction,
  endpoint: absent(endpointName).meta({
    description: 'of an ApiAsset, the one that is called: its circuit breaker is its own; absent: the asset as a whole',
  }),
});
export type AssetUse = z.output<typeof assetUse>;

/** Assets that one task may name. */
export const MAX_ASSETS_OF_TASK = 16;
export const assetUses = z.array(assetUse).max(MAX_ASSETS_OF_TASK);
