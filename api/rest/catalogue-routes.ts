/** Routes of the catalogue: what may be called, and who says so. */
import { z } from 'zod';
import * as messages from '../../core/messages/catalogue-api.ts';
import { MAX_PAGE, verbRequest } from '../../core/messages/monitoring-api.ts';
import { integer, NO_QUERY, type Route, route, type Served } from './route.ts';

const tag = 'assets';
const NO_ASSET = { 404: ['ASSET_UNKNOWN'] };
const current = ({ catalogue }: Served, id: string) => catalogue.getAsset(id);
const truth = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .pipe(z.boolean());

export const CATALOGUE_ROUTES: readonly Route[] = [
  route({
    name: 'listAssets',
    ...{ method: 'get', path: '/v1/assets', tag, summary: 'Assets that your tenants may use, in order of their ids' },
    query: z.object({
      limit: integer(z.int().min(1).max(MAX_PAGE)).default(50),
      cursor: z.string().max(1024).optional().meta({ description: '`next_cursor` of the page before, as it came' }),
      kind: z.enum(['api', 'data']).optional(),
      status: z.enum(messages.ASSET_STATUSES).optional(),
      conforming: truth.optional(),
    }),
    ...{ answer: messages.assetPage, errors: { 400: ['CURSOR_INVALID'] }, action: 'ViewAsset' },
    by_tenant: true,
    run: ({ catalogue }, { query, caller: { tenants } }) => catalogue.listAssets({ ...query, tenants }),
  }),
  route({
    name: 'getAsset',
    ...{ method: 'get', path: '/v1/assets/{id}', tag, summary: 'An asset, and whether it may be called' },
    ...{ query: NO_QUERY, answer: messages.assetView, errors: NO_ASSET, action: 'ViewAsset' },
    run: ({ catalogue }, { id }) => catalogue.getAsset(id),
  }),
  route({
    name: 'assetHistory',
    ...{ method: 'get', path: '/v1/assets/{id}/history', tag, summary: 'All that an asset was, oldest first' },
    ...{ query: NO_QUERY, answer: messages.assetHistory, errors: NO_ASSET, action: 'ViewAsset' },
    run: ({ catalogue }, { id }) => catalogue.assetHistory(id),
  }),
  route({
    name: 'putAsset',
    ...{ method: 'put', path: '/v1/assets/{id}', tag, query: NO_QUERY, action: 'PutAsset', current },
    summary: 'Catalogues an asset, or replaces what is catalogued of it; the same again changes nothing',
    ...{ body: messages.putAssetRequest, answer: messages.assetAnswer },
    errors: {
      400: ['ASSET_ID_DIFFERS'],
      403: ['ASSET_BEYOND_TENANTS'],
      409: ['ASSET_KIND_FIXED', 'ASSET_OF_ANOTHER_TENANT', 'ASSET_VERSION_BACK', 'ASSET_VERSION_NEEDED'],
      413: ['ASSET_TOO_LARGE'],
    },
    run: ({ catalogue }, { id, body, by, authorization, caller: { tenants } }) =>
      catalogue.putAsset(id, { ...body, by, authorization, tenants }),
  }),
  route({
    name: 'retireAsset',
    ...{ method: 'post', path: '/v1/assets/{id}/retire', tag, query: NO_QUERY, action: 'RetireAsset', current },
    summary: 'Takes an asset out of use: it stays in the catalogue, and nothing calls it any more',
    ...{ body: verbRequest, answer: messages.assetAnswer, errors: NO_ASSET },
    run: ({ catalogue }, { id, body, by, authorization }) => catalogue.retireAsset(id, { ...body, by, authorization }),
  }),
];
