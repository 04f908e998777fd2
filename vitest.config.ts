import { defineConfig } from 'vitest/config';

/** The SDK tells every process that Node 20 is near the end of its support; what is deployed runs on Node 24. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** `unit` needs nothing but Node; `system` runs against a deployed stack that its global set-up brings up. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/system/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'system',
          env,
          include: ['test/contract/**/*.test.ts', 'test/system/**/*.test.ts'],
          globalSetup: ['test/system/deployed-stack.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 4,
        },
      },
    ],
  },
});
