import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/no-console.ts'],
    // Its ES modules name their neighbours without an extension, which Node does not load.
    server: { deps: { inline: ['dt-sql-parser'] } },
    // On two cores the default is one worker.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
