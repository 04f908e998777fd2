/** Unpacks the archive in a folder of its own version and switches to it in one step. */
import { copyFile, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { plantFault } from '../faults.mjs';
import { run } from '../programs.mjs';
import { at, output, readJson, writeJson } from '../support.mjs';
import { verifyChecksums } from './checksum.mjs';

export default async function deploy() {
  await verifyChecksums();
  const { version } = await readJson(at.checkout);
  const before = await readlink(at.current).catch(() => '');
  const release = await unpack(version);
  await plantFault('deploy', release);
  await switchTo(release);
  // Run again, "before" is this release itself: what was there before the first run is kept.
  const earlier = await readJson(at.deployment).catch(() => undefined);
  const previous = before === release ? (earlier?.previous ?? '') : before;
  await writeJson(at.deployment, { version, release, previous });
  await output({ version, release, previous: basename(previous) });
}

/** The release that the rehearsal switches to and back from. */
export const rehearsalOf = (version) => `${version}-rehearsal`;

/** @returns the folder of the release, complete */
export async function unpack(label) {
  const { name, version } = await readJson(at.checkout);
  const release = join(at.releases, label);
  const half = `${release}.part`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  await run('tar', ['-xzf', join(at.dist, `${name}-${version}.tar.gz`), '-C', half, '--strip-components=1']);
  await copyFile(at.config, join(half, 'config.json'));
  await rm(release, { recursive: true, force: true });
  await rename(half, release);
  return release;
}

/** A symbolic link is replaced by renaming another one over it: there is no moment without a current release. */
export async function switchTo(release) {
  await mkdir(dirname(at.current), { recursive: true });
  const next = `${at.current}.${process.pid}`;
  await rm(next, { force: true });
  await symlink(release, next);
  await rename(next, at.current);
}
