/** The catalogue, wired. */
import type { Catalogue, CatalogueDeps } from './catalogue.ts';
import { createPutAsset } from './put-asset.ts';
import { createReadAssets } from './read-assets.ts';
import { createRetireAsset } from './retire-asset.ts';

export const createCatalogue = (deps: CatalogueDeps): Catalogue => ({
  ...createReadAssets(deps),
  putAsset: createPutAsset(deps),
  retireAsset: createRetireAsset(deps),
});
