/** Fills the service's configuration from the task's parameters. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, output, parameter, readJson, StepError, writeJson } from '../support.mjs';

export default async function renderConfig() {
  const { version } = await readJson(at.checkout);
  const values = { version, stage: parameter('stage'), currency: parameter('currency') };
  const template = JSON.parse(await readFile(join(at.source, 'config.template.json'), 'utf8'));
  const fill = (text) =>
    text.replace(/\$\{(\w+)\}/g, (_all, name) => {
      if (values[name] === undefined) throw new StepError(`the template asks for ${name}, which has no value`);
      return values[name];
    });
  const config = Object.fromEntries(Object.entries(template).map(([name, text]) => [name, fill(text)]));
  await writeJson(at.config, config);
  await output(config);
}
