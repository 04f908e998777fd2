/** What of the catalogue a ticket touches, by the names that breakers go by. */
import { endpointKey, endpointOf } from '../catalogue/endpoints.ts';
import type { AssetUse } from '../messages/asset-use.ts';
import type { TicketSpec } from './state.ts';

/** `users-api`; or an endpoint of it, where that is named: `users-api GET /users/{}`. Neither stands for the other. */
export const touchedName = ({ asset_id, endpoint }: Pick<AssetUse, 'asset_id' | 'endpoint'>): string =>
  endpoint === undefined ? asset_id : `${asset_id} ${endpointKey(endpointOf(endpoint))}`;

/** Each once, sorted. */
export const touchedOf = ({ assets = [] }: Pick<TicketSpec, 'assets'>): string[] =>
  [...new Set(assets.map(touchedName))].sort();
