import { defineConfig } from '@playwright/test'

/** `npm test` does not run these tests. */
const long = '*.long.spec.ts'
/** No test in these files has a live stream, so other steps of `npm test` can use the CPU at the same time. */
const withoutStream = ['commands.spec.ts', 'troubles.spec.ts']

export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'pages', testMatch: withoutStream },
    { name: 'journeys', testMatch: '*.spec.ts', testIgnore: [long, ...withoutStream] },
    { name: 'long', testMatch: long },
  ],
  outputDir: '../test-results',
  // Each test encodes, transcodes and decodes in real time. Two cores are enough for one test.
  workers: 1,
  retries: 0,
  // These limits only end a test that hangs. `npm run bench -- live` measures speed.
  timeout: 600_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
})
