import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** Long tests that compute all the time, for example a fuzz test with many inputs. Other programs may use the second core meanwhile. */
const computing = [
  'contracts/script/bonding.long.ts',
  'relay/src/node/buildOwnFfmpeg.long.ts',
  'relay/src/judge/agreement.long.ts',
  'relay/src/judge/image.long.ts',
  'relay/src/judge/judgedSteps.long.ts',
  'relay/src/judge/qemu.long.ts',
  'relay/src/judge/readers.long.ts',
  // The following tests are also a part of `npm test`. When LP_LONG is set, they try more cases.
  ...[
    'check/golden',
    'claims/claimable',
    'claims/lostClaims',
    'gateway/payments',
    'judge/contract',
    'judge/WasmMachine',
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
]

/** Long tests, for example hours of a relay's work in minutes. The tests of a project run one at a time. */
export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    env: { LP_LONG: '1' },
    testTimeout: 30 * 60_000,
    hookTimeout: 5 * 60_000,
    maxWorkers: 1,
    projects: [
      { extends: true, test: { name: 'computing', include: computing, sequence: { groupOrder: 0 } } },
      // Each of these tests plays media or runs relays in real time, and uses all cores of a small machine.
      {
        extends: true,
        test: {
          name: 'realTime',
          include: ['{contracts,relay,web,scripts}/**/*.long.ts'],
          exclude: ['**/node_modules/**', ...computing],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
