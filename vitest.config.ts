import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,main,platform,preload,renderer,test}/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'test/e2e/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
