/** Copies the service to the plan's work folder and notes what it is made of. */
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantFault } from '../faults.mjs';
import { at, filesBelow, output, readJson, sha256, writeJson } from '../support.mjs';

const SERVICE = fileURLToPath(new URL('../service', import.meta.url));

export default async function checkout() {
  await rm(at.source, { recursive: true, force: true });
  await cp(SERVICE, at.source, { recursive: true });
  await plantFault('checkout', at.source);
  const { name, version } = await readJson(join(at.source, 'package.json'));
  const files = {};
  for (const file of await filesBelow(at.source)) files[file] = await sha256(join(at.source, file));
  await writeJson(at.checkout, { name, version, files });
  await output({ name, version, files: Object.keys(files).length });
}
