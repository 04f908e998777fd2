/**
 * Real faults to plant, to see a release fail: HIVE_SAMPLE_BREAK names the step that is to find one. The checkout
 * plants it in its copy of the service; the files of the sample stay as they are.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError } from './support.mjs';

const FAULTS = {
  lint: { file: 'src/rates.js', from: 'export function', to: 'var leftOver = 1;\nexport function' },
  'unit-tests': { file: 'src/rates.js', from: 'Math.ceil(kilograms)', to: 'Math.floor(kilograms)' },
  licences: { file: 'vendor/tiny-router/package.json', from: '"MIT"', to: '"SSPL-1.0"' },
  'secrets-scan': { file: 'src/main.js', from: 'const [', to: `// ${'AKIA'.padEnd(20, 'X')}\nconst [` },
  'smoke-test': { file: 'config.template.json', from: '"currency": "', to: '"currency": "X' },
};

export async function plantFault(step, source) {
  const fault = FAULTS[step];
  if (fault === undefined) {
    throw new StepError(`HIVE_SAMPLE_BREAK is ${step}: there are faults for ${Object.keys(FAULTS).join(', ')}`, 64);
  }
  const file = join(source, fault.file);
  const text = await readFile(file, 'utf8');
  if (!text.includes(fault.from)) throw new StepError(`the fault for ${step} does not fit ${fault.file} any more`, 70);
  await writeFile(
    file,
    text.replace(fault.from, () => fault.to),
  );
}
