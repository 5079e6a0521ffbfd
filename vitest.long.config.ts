import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Long tests, for example hours of a relay's work in minutes. They run one at a time, because each of them uses all cores of a small machine. */
export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    include: [
      '{contracts,relay,web,scripts}/**/*.long.ts',
      // The following tests are also a part of `npm test`. When LP_LONG is set, they try more cases.
      ...[
        'check/golden',
        'claims/claimable',
        'claims/lostClaims',
        'gateway/payments',
        'keys/KeyShop.fuzz',
        'mesh/wire',
        'mesh/Mesh.fuzz',
        'mesh/sdp',
        'mesh/trackerMessage',
        'payment/Allowance',
        'payment/Ledger.fuzz',
        'payment/messages',
        'payment/PaymentRequired',
        'payment/SponsorAccounts',
        'payment/Subsidy',
        'storage/LineLog',
      ].map((name) => `relay/src/${name}.test.ts`),
    ],
    env: { LP_LONG: '1' },
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    maxWorkers: 1,
  },
})
