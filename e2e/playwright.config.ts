import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // Each journey encodes, transcodes and decodes in real time: two cores carry one.
  workers: 1,
  retries: 0,
  timeout: 150_000,
  reporter: 'list',
})
