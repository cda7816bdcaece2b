import { defineConfig } from 'vitest/config';

const storeTests = [
  'src/**/*store*.test.ts',
  'src/platform/db/**/*.test.ts',
  'src/**/service*.test.ts',
  'src/**/questions*.test.ts',
];
const httpTests = [
  'src/platform/http/**/*.test.ts',
  'src/**/routes*.test.ts',
  'src/**/*http*.test.ts',
  'src/main/**/*.test.ts',
  'test/attacks/**/*.test.ts',
];
const tidyTests = ['test/tidy.test.ts', 'test/tidy/**/*.test.ts'];
const journeys = ['test/e2e/**/*.test.ts'];
/** They kill servers of their own, so they run one after the other and apart from everything else. */
const reliabilityTests = ['test/reliability/**/*.test.ts'];
const everywhere = [
  'src/**/*.test.ts',
  'src/**/*.test.tsx',
  'web/**/*.test.ts',
  'web/**/*.test.tsx',
  'test/**/*.test.ts',
  'tools/**/*.test.ts',
];

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', ...exclude] },
});

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: ['test/setup/embedded-postgres.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project('unit', everywhere, [...storeTests, ...httpTests, ...tidyTests, ...journeys, ...reliabilityTests]),
      project('store', storeTests),
      project('http', httpTests, storeTests),
      project('tidy', tidyTests),
      {
        extends: true,
        test: { name: 'reliability', include: reliabilityTests, hookTimeout: 120_000, fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          globalSetup: ['test/setup/journeys.ts'],
          include: journeys,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
