/**
 * Cedar itself: WebAssembly that is loaded once a process, from the file beside the bundle in a deployed function, from
 * the package elsewhere. No call leaves the process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as cedar from '@cedar-policy/cedar-wasm/web';

/** lib/bundle.ts puts it beside `index.mjs`. */
export const WASM_FILE = 'cedar_wasm_bg.wasm';

/** Where the package has it. */
export const wasmOfPackage = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@cedar-policy/cedar-wasm/nodejs')), WASM_FILE);

let loaded = false;

/** @throws Error when the file is missing: then nothing is allowed */
export function loadCedar(): typeof cedar {
  if (loaded) return cedar;
  const beside = fileURLToPath(new URL(WASM_FILE, import.meta.url));
  cedar.initSync({ module: readFileSync(existsSync(beside) ? beside : wasmOfPackage()) });
  loaded = true;
  return cedar;
}
