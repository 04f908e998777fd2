#!/usr/bin/env node
// The command line is TypeScript; this only lets Node read it, wherever it is called from.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

// The AWS SDK's advice about Node versions is for us, not for whoever types a command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
register({ tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) });
await import('./hive.ts');
