import { Option } from 'commander';
import { apiOptions } from '../../support/api-options.ts';
import { defineCommand } from '../../support/command.ts';

const run = async () => import('./show-assets.ts');

export const assetsList = defineCommand({
  usage: 'list',
  summary: 'list assets: whose they are, how secret, and whether they may be called',
  examples: ['hive assets', 'hive assets list --kind data --status active', 'hive assets --json | jq -r .[].asset_id'],
  options: (command) =>
    apiOptions(command)
      .addOption(new Option('--kind <kind>', 'only these').choices(['api', 'data']))
      .addOption(new Option('--status <status>', 'only these').choices(['active', 'retired'])),
  run: async () => (await run()).listAssets,
});

export const assetsShow = defineCommand({
  usage: 'show <asset-id>',
  summary: 'one asset: what is wrong with it, its endpoints, and all that it was',
  examples: ['hive assets show users-api', 'hive assets show users-api --json | jq .conformance'],
  options: apiOptions,
  run: async () => (await run()).showAsset,
});

export const assetsAudit = defineCommand({
  usage: 'audit',
  summary: 'judge every asset in use by the rules in force: what may not be called, and why',
  about:
    'Exits with 3 where one does not conform. It only looks: changes are recorded and told by the audit that runs every quarter of an hour.',
  examples: ['hive assets audit', 'hive assets audit --json | jq .[].asset.asset_id'],
  options: apiOptions,
  run: async () => (await run()).auditAssets,
});

export const assetsExport = defineCommand({
  usage: 'export',
  summary: 'all assets in use as JSON, as hive assets import reads it',
  examples: ['hive assets export > catalogue.json', 'hive assets export --aws | hive assets check -'],
  options: apiOptions,
  run: async () => (await run()).exportAssets,
});
