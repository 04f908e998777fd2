/** Verifies everything once more and writes the manifest that says: this is released. */
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { at, output, readJson, StepError, sha256, writeJson } from '../support.mjs';
import { verifyChecksums } from './checksum.mjs';

export default async function publish() {
  const { name, version } = await readJson(at.checkout);
  const files = await verifyChecksums();
  const bom = await readJson(at.sbom);
  const deployed = await readJson(at.deployment);
  const reports = {
    smoke: await readJson(at.smoke),
    load: await readJson(at.load),
    rollback: await readJson(at.rollback),
  };

  const bundle = await sha256(join(deployed.release, 'main.mjs'));
  const promised = bom.metadata.component.hashes[0].content;
  if (bundle !== promised) throw new StepError(`the deployed bundle is ${bundle}, the SBOM promises ${promised}`);
  if ((await readlink(at.current)) !== deployed.release) throw new StepError('current is not the deployed release');
  for (const [report, { version: tested }] of Object.entries(reports)) {
    if (tested !== version) throw new StepError(`the ${report} report is about ${tested}, not ${version}`);
  }
  await writeJson(at.manifest, {
    name,
    version,
    plan_id: process.env.HIVE_PLAN_ID ?? 'by-hand',
    files,
    bundle_sha256: bundle,
    components: bom.components.length,
    reports,
  });
  await output({ manifest: at.manifest, bundle_sha256: bundle });
}
