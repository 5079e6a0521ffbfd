import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

/** These tests compile the contracts. So `npm test` does not run them at the same time as another step that compiles the contracts. */
const contracts = ['contracts/script/errors.test.ts']

/** These tests compute for seconds, and wait for no other process, so they can run at the lowest priority. */
const computing = [
  'bench/mesh/simulation/simulate',
  'contracts/protocol/media/H264',
  'contracts/protocol/media/MpegTs',
  'contracts/script/claimFiles',
  'contracts/script/storageLayout',
  'relay/src/media/mpegTs',
  'relay/src/mesh/trackerMessage',
  'relay/src/mesh/wire',
  'relay/src/payment/messages',
].map((name) => `${name}.test.ts`)

/** Tests of pages in a real browser, most of them in real time. Two such tests at the same time would slow each other down. */
const media = [
  'web/broadcast/capture/**/*.test.ts',
  'web/watch/watch.test.ts',
  'web/watch/recording/recording.test.ts',
  'web/payments/browser.test.ts',
]

export default defineConfig({
  resolve: { conditions: ['lp-source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['lp-source', ...defaultServerConditions] } },
  test: {
    // A test that waits for blocks is slow on a busy machine. The only purpose of the limit is to end a test that hangs.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{bench,contracts,relay,web,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...contracts, ...computing, ...media],
          // Most tests wait for blocks and peers, so two cores can run three workers at a time.
          maxWorkers: 3,
          // The files of a worker share its modules: loading viem again for each file took a third of the time.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      // Components need the DOM of happy-dom, which must not stay in a worker for the next file.
      {
        extends: true,
        test: { name: 'components', include: ['web/**/*.test.tsx'], maxWorkers: 3, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'computing', include: computing, maxWorkers: 2, isolate: false, sequence: { groupOrder: 3 } },
      },
      { extends: true, test: { name: 'contracts', include: contracts, maxWorkers: 1, sequence: { groupOrder: 2 } } },
      { extends: true, test: { name: 'media', include: media, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
