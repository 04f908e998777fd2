/** Bundles the service into one file with esbuild. */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { at, output, readJson, writeJson } from '../support.mjs';

export default async function bundle() {
  const { name, version } = await readJson(at.checkout);
  await rm(at.bundle, { recursive: true, force: true });
  const outfile = join(at.bundle, 'main.mjs');
  const { metafile } = await build({
    entryPoints: [join(at.source, 'src', 'main.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: true,
    metafile: true,
    absWorkingDir: at.source,
    logLevel: 'silent',
    banner: { js: `/* ${name} ${version} */` },
  });
  await writeJson(join(at.bundle, 'inputs.json'), Object.keys(metafile.inputs).sort());
  await output({ bytes: (await stat(outfile)).size, inputs: Object.keys(metafile.inputs).length });
}
