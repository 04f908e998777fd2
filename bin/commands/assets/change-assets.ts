/** `hive assets put`, `import`, `check`, `retire`. */
import { assess } from '../../../core/catalogue/conformance.ts';
import type { ImportedAsset } from '../../../core/catalogue/import/notes.ts';
import { HiveError } from '../../../core/errors.ts';
import type { AssetAnswer, Conformance } from '../../../core/messages/catalogue-api.ts';
import { readAssets } from '../../support/asset-file.ts';
import { conformanceLine, findingLines, noteLine } from '../../support/asset-view.ts';
import { connectCatalogue } from '../../support/catalogue-client.ts';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { type OperatorOptions, operatorOf } from '../../support/operator.ts';
import { resolveApi } from '../../support/sign-in.ts';
import { count, plain, toJson } from '../../support/text.ts';
import { verbLine } from '../../support/verb-line.ts';
import { knownOr } from './unknown-asset.ts';

type PutOptions = OperatorOptions & { readonly id?: string; readonly reviewed?: true };

export const putAsset: Run<PutOptions> = async (io, [file = '-'], options) => {
  const { assets } = await readAssets(file, io, options.id);
  const [first, ...others] = assets;
  if (first === undefined || others.length > 0)
    throw refuse('USAGE', `there are ${count(assets.length, 'asset')} in the file`, {
      try: 'hive assets import puts all of them',
    });
  const client = connectCatalogue(await resolveApi(options, io));
  const { asset, notes } = first;
  const answer = await client.put({ ...operatorOf(options), asset, reviewed: options.reviewed === true });
  if (options.json) io.stdout.write(`${toJson({ ...answer, notes })}\n`);
  else tell(io, verbLine(plain(asset.asset_id), answer), notes, answer.conformance);
  return answer.conformance.conforming ? EXIT.ok : EXIT.refused;
};

/** One that is refused does not keep the others from being put: sent again, they change nothing. */
export const importAssetsOf: Run<PutOptions> = async (io, [file = '-'], options) => {
  const { assets, notes: passed } = await readAssets(file, io, options.id);
  const client = connectCatalogue(await resolveApi(options, io));
  const told: ({ notes: ImportedAsset['notes'] } & (AssetAnswer | { id: string; error: object }))[] = [];
  let ok = true;
  if (!options.json) for (const note of passed) io.stdout.write(`${noteLine(note, io.stdout.color)}\n`);
  for (const { asset, notes } of assets) {
    try {
      const answer = await client.put({ ...operatorOf(options), asset, reviewed: false });
      ok &&= answer.conformance.conforming;
      told.push({ ...answer, notes });
      if (!options.json) tell(io, verbLine(plain(asset.asset_id), answer), notes, answer.conformance);
    } catch (error) {
      if (!(error instanceof HiveError && error.code.startsWith('ASSET_'))) throw error;
      ok = false;
      const { code, message, detail } = error;
      told.push({ id: asset.asset_id, notes, error: { code, message, detail } });
      if (!options.json) io.stdout.write(`${io.stdout.color.red(`${code}: ${plain(message)}`)}\n`);
    }
  }
  if (options.json) io.stdout.write(`${toJson({ assets: told, notes: passed })}\n`);
  return ok ? EXIT.ok : EXIT.refused;
};

export const checkAssets: Run<{ readonly id?: string }> = async (io, [file = '-'], { id, json }) => {
  const { assets, notes: passed } = await readAssets(file, io, id);
  const now = io.now();
  const judged = assets.map(({ asset, notes }) => ({
    ...{ asset_id: asset.asset_id, kind: asset.kind, asset, notes },
    conformance: assess(asset, { now, reviewed_at: now }),
  }));
  if (json) io.stdout.write(`${toJson(judged)}\n`);
  else {
    for (const note of passed) io.stdout.write(`${noteLine(note, io.stdout.color)}\n`);
    for (const { asset_id, notes, conformance } of judged) tell(io, plain(asset_id), notes, conformance);
  }
  return judged.every(({ conformance }) => conformance.conforming) ? EXIT.ok : EXIT.refused;
};

export const retireAsset: Run<OperatorOptions> = async (io, [id = ''], options) => {
  const client = connectCatalogue(await resolveApi(options, io));
  const answer = await knownOr(id, client.retire(id, operatorOf(options)));
  io.stdout.write(`${options.json ? toJson(answer) : verbLine(plain(id), answer)}\n`);
  return EXIT.ok;
};

function tell(io: Io, title: string, notes: ImportedAsset['notes'], conformance: Conformance): void {
  const { color } = io.stdout;
  const lines = [
    title,
    `  ${conformanceLine(conformance, color)}`,
    ...findingLines(conformance, color),
    ...notes.map((note) => noteLine(note, color)),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}
