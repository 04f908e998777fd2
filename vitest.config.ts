import { defineConfig } from 'vitest/config';

/** `unit` needs nothing but Node; `system` runs against a deployed stack that its global set-up brings up. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/system/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'system',
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
