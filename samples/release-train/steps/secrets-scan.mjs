/** Looks for credentials that were checked in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at, filesBelow, output, StepError } from '../support.mjs';

const SECRETS = {
  'AWS access key': /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  'private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  'GitHub token': /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  password: /\b(password|secret|token)\s*[:=]\s*['"][^'"$]{8,}['"]/i,
};

export default async function secretsScan() {
  const files = await filesBelow(at.source);
  const found = [];
  for (const file of files) {
    const text = await readFile(join(at.source, file), 'utf8');
    for (const [kind, pattern] of Object.entries(SECRETS)) if (pattern.test(text)) found.push(`${kind} in ${file}`);
  }
  if (found.length > 0) throw new StepError(found.join(', '));
  await output({ files: files.length, secrets: 0 });
}
