#!/usr/bin/env node
// The command line is TypeScript; this only lets Node read it, wherever it is called from.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
await import('./hive.ts');
