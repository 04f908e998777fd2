/**
 * The functions' code: every handler with all it imports in one file, all handlers in one run of esbuild.
 *
 * NodejsFunction starts `npx esbuild` for each function: over a second apiece, against a second for all of them here.
 */
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** CommonJS dependencies call `require`, which an ES module does not have. */
const REQUIRE = "import{createRequire as hiveRequire}from'node:module';const require=hiveRequire(import.meta.url);";

const built = new Map<string, string>();

/**
 * @param folder of the handler below the project's root, e.g. `lambdas/accept-plan`
 * @param outdir where bundles go; each synthesis bundles there once
 * @returns the folder of the bundle, which holds `index.mjs` and its source map
 * @throws Error when the folder has no handler.ts, or when a handler does not build
 */
export function bundleOf(folder: string, outdir: string): string {
  if (!hasHandler(folder)) throw new Error(`${folder}/handler.ts is missing: nothing to deploy`);
  const bundles = built.get(outdir) ?? bundleAll(join(outdir, 'bundles'));
  built.set(outdir, bundles);
  return join(bundles, folder);
}

function bundleAll(outdir: string): string {
  const folders = ['lambdas', 'agents'].flatMap((kind) =>
    readdirSync(join(ROOT, kind)).map((name) => `${kind}/${name}`),
  );
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: folders.filter(hasHandler).map((folder) => ({ in: `${folder}/handler.ts`, out: `${folder}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    // The SDK is bundled too: the version that was tested is the one that runs, and one file starts faster than a tree.
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Runs on nodejs24.x and on the Node 20 of a local AWS alike.
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  for (const [output, { inputs }] of Object.entries(metafile.outputs))
    if (Object.keys(inputs).some((input) => input.includes(CEDAR)))
      copyFileSync(wasmOfCedar(), join(ROOT, dirname(output), basename(wasmOfCedar())));
  return outdir;
}

/** The policy engine is WebAssembly, which esbuild does not put into a bundle: it lies beside those that load it. */
const CEDAR = '@cedar-policy/cedar-wasm';
const wasmOfCedar = (): string =>
  join(dirname(createRequire(import.meta.url).resolve(`${CEDAR}/nodejs`)), 'cedar_wasm_bg.wasm');

const hasHandler = (folder: string): boolean => existsSync(join(ROOT, folder, 'handler.ts'));
