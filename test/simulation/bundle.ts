/** The simulation as one file, outside of the working tree: it starts at once and runs faster than transpiled piece by piece. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** A change of one file's text, for those who want to know whether it is noticed. */
export interface Change {
  /** from the repository's root */
  readonly file: string;
  change(text: string): string;
}

/** @returns where the file lies, and how to be rid of it */
export async function bundleWorker(change?: Change): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hive-simulation-'));
  const file = join(folder, 'worker.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: file,
    logLevel: 'warning',
    plugins: change === undefined ? [] : [changing(change)],
  });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

const changing = ({ file, change }: Change) => ({
  name: 'change',
  setup(builder: Parameters<NonNullable<NonNullable<Parameters<typeof build>[0]['plugins']>[number]['setup']>>[0]) {
    builder.onLoad({ filter: /\.ts$/ }, async ({ path }) =>
      path === join(ROOT, file) ? { contents: change(await readFile(path, 'utf8')), loader: 'ts' as const } : undefined,
    );
  },
});
