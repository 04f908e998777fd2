/** Checks that everything that is shipped has a licence that may be shipped. */
import { dirname, join } from 'node:path';
import { at, filesBelow, output, parameter, readJson, StepError, writeJson } from '../support.mjs';

export default async function licences() {
  const allowed = parameter('allowed').split(',');
  const manifests = (await filesBelow(at.source)).filter((file) => file.endsWith('package.json'));
  const found = [];
  for (const manifest of manifests) {
    const { name, version, license = 'none' } = await readJson(join(at.source, manifest));
    found.push({ name, version, licence: license, folder: dirname(manifest) });
  }
  const refused = found.filter(({ licence }) => !allowed.includes(licence));
  if (refused.length > 0) {
    throw new StepError(`not allowed: ${refused.map(({ name, licence }) => `${name} (${licence})`).join(', ')}`);
  }
  await writeJson(at.licences, found);
  await output({ packages: found.length, licences: [...new Set(found.map(({ licence }) => licence))].join(',') });
}
