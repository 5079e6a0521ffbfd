import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    include: ['{contracts,relay,web,scripts}/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real browsers, chains and encoders share the machine: two files at a time is what two cores carry.
    maxWorkers: 2,
  },
})
