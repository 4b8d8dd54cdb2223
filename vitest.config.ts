import { defineConfig } from 'vitest/config';

const common = {
  environment: 'node',
  pool: 'forks',
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          include: ['{shared,main,platform,preload,renderer}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      { test: { ...common, name: 'integration', include: ['test/integration/**/*.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          ...common,
          name: 'e2e',
          include: ['test/e2e/**/*.e2e.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
