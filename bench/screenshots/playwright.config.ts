import { defineConfig } from '@playwright/test'
import e2e from '../../e2e/playwright.config'

export default defineConfig({ ...e2e, outputDir: '../../test-results' })
