/**
 * Real faults to plant, to see a release fail: parameter `break` of the task that plants it, or HIVE_SAMPLE_BREAK in the
 * agent's environment, names the step that is to find one. The checkout plants it in its copy of the service, the
 * deployment in what it deployed; the files of the sample stay as they are. A fault stays until it is repaired: each
 * further attempt of the step finds it again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parameter, StepError } from './support.mjs';

const FAULTS = {
  lint: { by: 'checkout', file: 'src/rates.js', from: 'export function', to: 'var leftOver = 1;\nexport function' },
  'unit-tests': { by: 'checkout', file: 'src/rates.js', from: 'Math.ceil(kilograms)', to: 'Math.floor(kilograms)' },
  licences: { by: 'checkout', file: 'vendor/tiny-router/package.json', from: '"MIT"', to: '"SSPL-1.0"' },
  'secrets-scan': { by: 'checkout', file: 'src/main.js', from: 'const [', to: `// ${'AKIA'.padEnd(20, 'X')}\nconst [` },
  'smoke-test': { by: 'checkout', file: 'config.template.json', from: '"currency": "', to: '"currency": "X' },
  'load-check': {
    by: 'checkout',
    file: 'src/rates.js',
    from: '  return tariff.base',
    to: "  if (kilograms === 17) throw new RangeError('not carried');\n  return tariff.base",
  },
  publish: { by: 'deploy', file: 'main.mjs', from: '', to: '/* changed after it was deployed */\n' },
};

/** Does nothing unless a fault is asked for that is this step's to plant. */
export async function plantFault(by, folder) {
  const step = parameter('break', process.env.HIVE_SAMPLE_BREAK ?? '');
  if (step === '') return;
  const fault = Object.hasOwn(FAULTS, step) ? FAULTS[step] : undefined;
  if (fault === undefined) {
    throw new StepError(`${step} is to break: there are faults for ${Object.keys(FAULTS).join(', ')}`, 64);
  }
  if (fault.by !== by) return;
  const file = join(folder, fault.file);
  const text = await readFile(file, 'utf8');
  if (!text.includes(fault.from)) throw new StepError(`the fault for ${step} does not fit ${fault.file} any more`, 70);
  await writeFile(
    file,
    text.replace(fault.from, () => fault.to),
  );
}
