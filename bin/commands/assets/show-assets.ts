/** `hive assets list`, `show`, `audit`, `export`: they only look. */
import { forEachAtOnce } from '../../../core/at-once.ts';
import type { AssetView } from '../../../core/messages/catalogue-api.ts';
import type { ApiOptions } from '../../support/api-options.ts';
import { assetLines, assetTable, conformanceLine, findingLines } from '../../support/asset-view.ts';
import { type CatalogueClient, connectCatalogue } from '../../support/catalogue-client.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { count, plain, toJson } from '../../support/text.ts';
import { knownOr } from './unknown-asset.ts';

type ListOptions = ApiOptions & { kind?: string; status?: string };
const AT_ONCE = 8;

export const listAssets: Run<ListOptions> = async (io, _args, { kind, status, json, ...options }) => {
  const client = connectCatalogue(await resolveApi(options, io));
  const assets = await client.list({ ...(kind && { kind }), ...(status && { status }) });
  if (json) io.stdout.write(`${toJson(assets)}\n`);
  else if (assets.length === 0) io.stdout.write('no assets: hive assets import FILE catalogues some\n');
  else io.stdout.write(`${assetTable(assets).join('\n')}\n`);
  return EXIT.ok;
};

export const showAsset: Run<ApiOptions> = async (io, [id = ''], options) => {
  const client = connectCatalogue(await resolveApi(options, io));
  const [view, history] = await knownOr(id, Promise.all([client.get(id), client.history(id)]));
  if (options.json) io.stdout.write(`${toJson({ ...view, history: history.revisions })}\n`);
  else io.stdout.write(`${assetLines(view, history, io.now(), io.stdout.color).join('\n')}\n`);
  return EXIT.ok;
};

/** The worst first. */
export const auditAssets: Run<ApiOptions> = async (io, _args, options) => {
  const client = connectCatalogue(await resolveApi(options, io));
  const views = await viewsOf(client);
  const bad = views.filter(({ conformance }) => !conformance.conforming);
  bad.sort((a, b) => a.conformance.score - b.conformance.score || (a.asset.asset_id < b.asset.asset_id ? -1 : 1));
  if (options.json) io.stdout.write(`${toJson(bad)}\n`);
  else {
    const { color } = io.stdout;
    for (const { asset, conformance } of bad)
      io.stdout.write(
        `${[`${plain(asset.asset_id)}  ${conformanceLine(conformance, color)}`, ...findingLines(conformance, color)].join('\n')}\n`,
      );
    const good = count(views.length - bad.length, 'asset conforms', 'assets conform');
    io.stdout.write(`${good}, ${bad.length} ${bad.length === 1 ? 'does' : 'do'} not\n`);
  }
  return bad.length === 0 ? EXIT.ok : EXIT.refused;
};

export const exportAssets: Run<ApiOptions> = async (io, _args, options) => {
  const client = connectCatalogue(await resolveApi(options, io));
  const views = await viewsOf(client);
  io.stdout.write(
    `${toJson(
      views.map(({ asset }) => asset),
      2,
    )}\n`,
  );
  return EXIT.ok;
};

/** Assets in use, in order of their ids. */
async function viewsOf(client: CatalogueClient): Promise<AssetView[]> {
  const listed = await client.list({ status: 'active' });
  const views: AssetView[] = [];
  await forEachAtOnce(
    listed.map(({ asset_id }, at) => ({ asset_id, at })),
    AT_ONCE,
    async ({ asset_id, at }) => {
      views[at] = await client.get(asset_id);
    },
  );
  return views;
}
