import { defineConfig } from '@playwright/test'

/** `npm test` does not run these tests. */
const long = '*.long.spec.ts'
/** No test in these files has a live stream, so other steps of `npm test` can use the CPU at the same time. */
const withoutStream = ['accessibility', 'commands', 'embed', 'hosting', 'navigation', 'transcoder', 'troubles'].map(
  (name) => `${name}.spec.ts`,
)

/** Without a GPU, the CPU draws the pictures. In a larger page, drawing would take as much CPU time as a viewer's other work. */
const viewport = { width: 480, height: 800 }

export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'pages', testMatch: withoutStream },
    { name: 'journeys', testMatch: '*.spec.ts', testIgnore: [long, ...withoutStream], use: { viewport } },
    { name: 'long', testMatch: long, use: { viewport } },
  ],
  outputDir: '../test-results',
  // Most tests encode, transcode and decode in real time. Two cores are enough for one such test.
  workers: 1,
  retries: 0,
  // These limits only end a test that hangs. `npm run bench -- live` measures speed.
  timeout: 600_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
})
