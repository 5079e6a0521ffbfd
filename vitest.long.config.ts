import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Campaigns: hours of a relay's life in minutes. One at a time, because each keeps both cores busy. */
export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    // Tests that are shorter in daily life look at LP_LONG.
    include: ['{contracts,relay,web,scripts}/**/*.long.ts', 'relay/src/mesh/wire.test.ts'],
    env: { LP_LONG: '1' },
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    maxWorkers: 1,
  },
})
