/** Packs the bundle, with the licences of what is in it, as a .tar.gz. */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../programs.mjs';
import { at, output, readJson, writeWhole } from '../support.mjs';

export default async function pack() {
  const { name, version } = await readJson(at.checkout);
  const licences = await readJson(at.licences);
  const stem = `${name}-${version}`;
  const staging = join(at.dist, `${stem}.staging`);
  await rm(staging, { recursive: true, force: true });
  await mkdir(join(staging, stem), { recursive: true });
  await copyFile(join(at.bundle, 'main.mjs'), join(staging, stem, 'main.mjs'));
  const notice = licences.map((part) => `${part.name} ${part.version}: ${part.licence}\n`);
  await writeWhole(join(staging, stem, 'NOTICE'), notice.join(''));
  const archive = join(at.dist, `${stem}.tar.gz`);
  await run('tar', ['-czf', `${archive}.part`, '-C', staging, stem]);
  await rename(`${archive}.part`, archive);
  await rm(staging, { recursive: true });
  await output({ archive: `${stem}.tar.gz`, bytes: (await stat(archive)).size });
}
