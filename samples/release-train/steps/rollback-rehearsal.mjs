/** Switches to another release and back, with the service answering each time: the way back is known to work. */
import { readlink, rm } from 'node:fs/promises';
import { withService } from '../programs.mjs';
import { at, output, readJson, StepError, writeJson } from '../support.mjs';
import { rehearsalOf, switchTo, unpack } from './deploy.mjs';

export default async function rollbackRehearsal() {
  const { version, release } = await readJson(at.deployment);
  const other = await unpack(rehearsalOf(version));
  try {
    await switchTo(other);
    await expectHealthy(other, version);
  } finally {
    await switchTo(release);
  }
  await expectHealthy(release, version);
  await rm(other, { recursive: true });
  await writeJson(at.rollback, { version, switches: 2 });
  await output({ switches: 2 });
}

async function expectHealthy(release, version) {
  const target = await readlink(at.current);
  if (target !== release) throw new StepError(`current is ${target}, not ${release}`);
  await withService(at.current, async (address) => {
    const health = await (await fetch(`${address}/health`)).json();
    if (health.version !== version) throw new StepError(`${release} says it is ${health.version}, not ${version}`);
  });
}
