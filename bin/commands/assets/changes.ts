import { defineCommand } from '../../support/command.ts';
import { operatorOptions } from '../../support/operator.ts';
import { assetId } from '../../support/options.ts';

const run = async () => import('./change-assets.ts');
const FORMATS =
  'FILE is an OpenAPI document (3.0, 3.1), ApiAsset and DataAsset objects (YAML, several in a file), or what hive assets export wrote; - is standard input.';

export const assetsPut = defineCommand({
  usage: 'put <file>',
  summary: 'catalogue one asset, or replace what is catalogued of it',
  about: `${FORMATS} The same content again changes nothing. What callers of an API rely on changes only with a higher version.`,
  examples: [
    "hive assets put users-api.yaml --why 'v2 is out'",
    "hive assets put users-api.yaml --reviewed --why 'looked through'",
  ],
  options: (command) =>
    operatorOptions(command)
      .option('--id <asset-id>', 'of what an OpenAPI document describes', assetId)
      .option('--reviewed', 'it is right as it stands: record a review also where nothing changes'),
  run: async () => (await run()).putAsset,
});

export const assetsImport = defineCommand({
  usage: 'import <file>',
  summary: 'catalogue every asset of a file',
  about: `${FORMATS} What a document does not say is not made up: it is a finding, and the asset is not called until it is mended. Exits with 3 where an asset does not conform, or is refused; the others are taken all the same.`,
  examples: [
    "hive assets import openapi.yaml --id users-api --why 'first entry'",
    'hive assets import catalogue.json --why restore',
  ],
  options: (command) =>
    operatorOptions(command).option('--id <asset-id>', 'of what an OpenAPI document describes', assetId),
  run: async () => (await run()).importAssetsOf,
});

export const assetsCheck = defineCommand({
  usage: 'check <file>',
  summary: 'judge the assets of a file, offline: what is wrong with them, and how they score',
  about: `${FORMATS} Exits with 3 where one does not conform.`,
  examples: ['hive assets check users-api.yaml', 'hive assets check openapi.json --json | jq .[].conformance.score'],
  options: (command) => command.option('--id <asset-id>', 'of what an OpenAPI document describes', assetId),
  run: async () => (await run()).checkAssets,
});

export const assetsRetire = defineCommand({
  usage: 'retire <asset-id>',
  summary: 'take an asset out of use: it stays in the catalogue, and nothing calls it any more',
  examples: ["hive assets retire users-api --why 'v2 has taken over'"],
  options: operatorOptions,
  run: async () => (await run()).retireAsset,
});
