/**
 * Takes back what a step did: the one in parameter `of`, else the one that the ticket undoes. Taking it back twice, or
 * what never happened, is fine.
 */
import { access, readdir, readlink, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at, output, parameter, readJson, StepError } from '../support.mjs';
import { rehearsalOf, switchTo } from './deploy.mjs';

const remove = (...paths) => Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));
const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

const UNDO = {
  checkout: () => remove(at.source, at.checkout),
  'unit-tests': () => remove(at.tests),
  licences: () => remove(at.licences),
  bundle: () => remove(at.bundle),
  sbom: () => remove(at.sbom),
  checksum: () => remove(at.checksums),
  'render-config': () => remove(at.config),
  'smoke-test': () => remove(at.smoke),
  'load-check': () => remove(at.load),
  'rollback-rehearsal': () => remove(at.rollback),
  publish: () => remove(at.manifest),
  /** The archive, and what attempts that were cut short left of it. */
  async package() {
    const files = await readdir(at.dist).catch(() => []);
    const made = files.filter((file) => /\.(tar\.gz|tar\.gz\.part|staging)$/.test(file));
    await remove(...made.map((file) => join(at.dist, file)));
  },
  /** Back to the release before, if it is still there. */
  async deploy() {
    const { version, release, previous } = await readJson(at.deployment).catch(() => ({}));
    if (release === undefined) return;
    // A rehearsal that was cut short may have left its own release as the current one.
    const rehearsal = join(dirname(release), rehearsalOf(version));
    const current = await readlink(at.current).catch(() => '');
    if (![release, rehearsal, previous, ''].includes(current)) {
      throw new StepError(
        `current is ${current}: somebody switched to it after ${release}, so it is theirs to decide`,
        65,
      );
    }
    if (previous !== '' && (await exists(previous))) await switchTo(previous);
    else await remove(at.current);
    await remove(release, rehearsal);
    await remove(at.deployment); // last: until then, all of this can be done again
  },
};

export default async function undo() {
  const step = parameter('of', process.env.HIVE_UNDO_OF);
  if (!Object.hasOwn(UNDO, step)) throw new StepError(`there is nothing to undo for ${JSON.stringify(step)}`, 64);
  await UNDO[step]();
  await output({ undone: step });
}
