import { defineConfig } from '@playwright/test'

/** In these tests, viewers must play without a stall. So `npm test` runs nothing beside these tests. */
const streams = ['firefox.spec.ts', 'goLive.spec.ts', 'interruptions.spec.ts']
/** Only `npm run test:long` runs these tests. */
const long = '*.long.spec.ts'

export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'streams', testMatch: streams },
    { name: 'pages', testMatch: '*.spec.ts', testIgnore: [...streams, long] },
    { name: 'long', testMatch: long },
  ],
  outputDir: '../test-results',
  // Each test encodes, transcodes and decodes in real time. Two cores are enough for one test.
  workers: 1,
  retries: 0,
  // These limits only end a test that hangs. `npm run bench -- live` measures speed.
  timeout: 400_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
})
