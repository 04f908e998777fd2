/** Writes the checksums of what is released, and has them verified by reading it all again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, output, readJson, StepError, sha256, writeWhole } from '../support.mjs';

export default async function checksum() {
  const { name, version } = await readJson(at.checkout);
  const files = [`${name}-${version}.tar.gz`, 'sbom.json'];
  const lines = [];
  for (const file of files) lines.push(`${await sha256(join(at.dist, file))}  ${file}\n`);
  await writeWhole(at.checksums, lines.join(''));
  await verifyChecksums();
  await output({ files: files.length, archive_sha256: lines[0].slice(0, 64) });
}

/** Throws when a file is not the one that was released; answers with the names of those that are. */
export async function verifyChecksums() {
  const lines = (await readFile(at.checksums, 'utf8')).trim().split('\n');
  for (const line of lines) {
    const [expected, file] = line.split('  ');
    const actual = await sha256(join(at.dist, file));
    if (actual !== expected) throw new StepError(`${file} has checksum ${actual}, not ${expected}`);
  }
  return lines.map((line) => line.split('  ')[1]);
}
