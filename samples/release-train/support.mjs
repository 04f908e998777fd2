/** What the steps share: where they work, what the ticket says, and how they answer. */
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A folder for each plan: `${HIVE_WORK_DIR or the system's}/release-train/<plan id>`. */
export function workFolder(env = process.env) {
  const plan = (env.HIVE_PLAN_ID ?? 'by-hand').replace(/[^A-Za-z0-9._-]/g, '_');
  return join(env.HIVE_WORK_DIR || tmpdir(), 'release-train', plan);
}

const work = workFolder();

/** Where each step leaves what the later ones need. */
export const at = {
  source: join(work, 'source'),
  checkout: join(work, 'checkout.json'),
  licences: join(work, 'reports', 'licences.json'),
  tests: join(work, 'reports', 'unit-tests.tap'),
  smoke: join(work, 'reports', 'smoke-test.json'),
  load: join(work, 'reports', 'load-check.json'),
  rollback: join(work, 'reports', 'rollback-rehearsal.json'),
  bundle: join(work, 'bundle'),
  config: join(work, 'config.json'),
  sbom: join(work, 'dist', 'sbom.json'),
  dist: join(work, 'dist'),
  checksums: join(work, 'dist', 'SHA256SUMS'),
  releases: join(work, 'deploy', 'releases'),
  current: join(work, 'deploy', 'current'),
  deployment: join(work, 'deploy', 'deployment.json'),
  manifest: join(work, 'dist', 'manifest.json'),
};

/** A parameter of the task; `fallback` undefined: it has to be there. */
export function parameter(name, fallback) {
  const value = process.env[`HIVE_PARAM_${name.toUpperCase()}`] ?? fallback;
  if (value === undefined) throw new StepError(`parameter ${name} is missing`, 64);
  return value;
}

/** Ends the step with this exit status: 1 something is wrong with the release, 64 and up as in sysexits.h. */
export class StepError extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

export const log = (line) => process.stdout.write(`${line}\n`);

/** Writes all or nothing, so that a step that died half-way may simply run again. */
export async function writeWhole(file, text) {
  await mkdir(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.part`;
  await writeFile(half, text);
  await rename(half, file);
}

export const writeJson = (file, value) => writeWhole(file, `${JSON.stringify(value, null, 2)}\n`);

export async function readJson(file) {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new StepError(`${relative(work, file)} is missing: the step that makes it has not run`, 66);
  });
  return JSON.parse(text);
}

/** Files below a folder, as sorted relative paths. */
export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

export const sha256 = async (file) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Adds to the ticket's output, when an agent runs the step. */
export async function output(values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  for (const line of lines) log(`  ${line.trim()}`);
  if (process.env.HIVE_OUTPUT) await appendFile(process.env.HIVE_OUTPUT, lines.join(''));
}
