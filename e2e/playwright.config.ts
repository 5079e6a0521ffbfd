import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  // Each test encodes, transcodes and decodes in real time. Two cores are enough for one test.
  workers: 1,
  retries: 0,
  timeout: 150_000,
  reporter: 'list',
})
