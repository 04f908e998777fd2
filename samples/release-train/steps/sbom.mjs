/** Lists what the bundle is made of, with hashes, as a CycloneDX 1.6 document. */
import { join } from 'node:path';
import { at, filesBelow, output, readJson, StepError, sha256, writeJson } from '../support.mjs';

const hashes = (content) => [{ alg: 'SHA-256', content }];

export default async function sbom() {
  const { name, version, files } = await readJson(at.checkout);
  const inputs = await readJson(join(at.bundle, 'inputs.json'));
  const parts = [];
  for (const input of inputs) {
    // What was bundled must be what was checked out.
    if (files[input] !== (await sha256(join(at.source, input)))) throw new StepError(`${input} changed since checkout`);
    parts.push({ type: 'file', name: input, hashes: hashes(files[input]) });
  }
  const vendored = (await filesBelow(join(at.source, 'vendor'))).filter((file) => file.endsWith('package.json'));
  for (const file of vendored) {
    const library = await readJson(join(at.source, 'vendor', file));
    parts.push({
      type: 'library',
      name: library.name,
      version: library.version,
      purl: `pkg:npm/${library.name}@${library.version}`,
      licenses: [{ license: { id: library.license } }],
    });
  }
  const bundle = await sha256(join(at.bundle, 'main.mjs'));
  await writeJson(at.sbom, {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name, version, hashes: hashes(bundle) } },
    components: parts,
  });
  await output({ components: parts.length, bundle_sha256: bundle });
}
