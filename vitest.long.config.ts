import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Long tests, for example hours of a relay's work in minutes. They run one at a time, because each needs both cores. */
export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    // Some tests are longer when LP_LONG is set.
    include: ['{contracts,relay,web,scripts}/**/*.long.ts', 'relay/src/mesh/wire.test.ts'],
    env: { LP_LONG: '1' },
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    maxWorkers: 1,
  },
})
