/** Checks the syntax of every file, and a few rules. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../programs.mjs';
import { at, filesBelow, output, StepError } from '../support.mjs';

const RULES = [
  { name: 'no var', found: /^\s*var\s/ },
  { name: 'no debugger', found: /\bdebugger\b/ },
  { name: 'no console', found: /\bconsole\./ },
  { name: 'no trailing space', found: /[ \t]+$/ },
  { name: 'at most 120 characters a line', found: /^.{121,}/ },
];

export default async function lint() {
  const files = (await filesBelow(at.source)).filter((file) => file.endsWith('.js'));
  await Promise.all(files.map((file) => run(process.execPath, ['--check', join(at.source, file)])));
  const faults = [];
  for (const file of files) {
    const lines = (await readFile(join(at.source, file), 'utf8')).split('\n');
    for (const [index, line] of lines.entries()) {
      for (const rule of RULES) if (rule.found.test(line)) faults.push(`${file}:${index + 1} ${rule.name}`);
    }
  }
  if (faults.length > 0)
    throw new StepError(`${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}: ${faults.join(', ')}`);
  await output({ files: files.length, rules: RULES.length });
}
