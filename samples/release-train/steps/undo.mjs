/** Takes back what the step in parameter `of` did. Taking it back twice, or what never happened, is fine. */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { at, output, parameter, readJson, StepError } from '../support.mjs';
import { switchTo } from './deploy.mjs';

const remove = (...paths) => Promise.all(paths.map((path) => rm(path, { recursive: true, force: true })));

const UNDO = {
  checkout: () => remove(at.source, at.checkout),
  bundle: () => remove(at.bundle),
  sbom: () => remove(at.sbom),
  checksum: () => remove(at.checksums),
  'render-config': () => remove(at.config),
  publish: () => remove(at.manifest),
  async package() {
    const { name, version } = await readJson(at.checkout).catch(() => ({}));
    if (name !== undefined) await remove(join(at.dist, `${name}-${version}.tar.gz`));
  },
  /** Back to the release before, if it is still there. */
  async deploy() {
    const { release, previous } = await readJson(at.deployment).catch(() => ({}));
    if (release === undefined) return;
    const there =
      previous !== '' &&
      (await access(previous).then(
        () => true,
        () => false,
      ));
    if (there) await switchTo(previous);
    else await remove(at.current);
    await remove(release, at.deployment);
  },
};

export default async function undo() {
  const step = parameter('of');
  if (!Object.hasOwn(UNDO, step)) throw new StepError(`there is nothing to undo for ${JSON.stringify(step)}`, 64);
  await UNDO[step]();
  await output({ undone: step });
}
