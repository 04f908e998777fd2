/** The catalogue behind the deployed Monitoring API, as commands call it: signed with the user's own AWS credentials. */
import * as messages from '../../core/messages/catalogue-api.ts';
import { type VerbRequest, verbRequest } from '../../core/messages/monitoring-api.ts';
import { type CallOptions, type CallTarget, createCallApi } from './call-api.ts';

export interface CatalogueClient {
  /** every asset, in order of their ids */
  list(filter?: Readonly<Record<string, string>>): Promise<messages.AssetSummary[]>;
  get(id: string): Promise<messages.AssetView>;
  history(id: string): Promise<messages.AssetHistory>;
  put(request: messages.PutAssetRequest): Promise<messages.AssetAnswer>;
  retire(id: string, request: VerbRequest): Promise<messages.AssetAnswer>;
}

const PAGE = '100';

/** Every method throws as `createCallApi` says. @throws HiveError STACK_NOT_FOUND when the stack has no such API */
export function connectCatalogue(target: CallTarget, options: CallOptions = {}): CatalogueClient {
  const ask = createCallApi(target, 'putting or retiring again changes nothing twice', options);
  const pathOf = (id: string, more = '') => `/v1/assets/${encodeURIComponent(id)}${more}`;
  return {
    async list(filter = {}) {
      const found: messages.AssetSummary[] = [];
      let cursor: string | undefined;
      do {
        const query = new URLSearchParams({ ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) });
        const page = await ask('GET', `/v1/assets?${query}`, messages.assetPage);
        found.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      return found;
    },
    get: (id) => ask('GET', pathOf(id), messages.assetView),
    history: (id) => ask('GET', pathOf(id, '/history'), messages.assetHistory),
    put: (request) => ask('PUT', pathOf(request.asset.asset_id), messages.assetAnswer, request),
    retire: (id, request) => ask('POST', pathOf(id, '/retire'), messages.assetAnswer, verbRequest.parse(request)),
  };
}
