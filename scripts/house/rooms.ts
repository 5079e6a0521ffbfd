/** A part of the product: a folder, or a single file. */
export type Room = {
  /** Path of the folder or file, relative to the root of the repository. */
  path: string
  /** Rooms that the files of this room may import. In the list `rooms`, these rooms come before this room. */
  imports: readonly string[]
  /** Packages that the files of this room must not import. */
  without?: readonly string[]
}

const wallets = ['wagmi']

/**
 * All rooms with TypeScript files. A room comes after all rooms that it imports. `scripts/house/findFaults.ts` checks the imports of
 * all files against this list. The drawing in ARCHITECTURE.md shows the order of the rooms.
 */
export const rooms: readonly Room[] = [
  // The protocol of the contracts in TypeScript, and the ABIs, addresses and scripts of the contracts.
  { path: 'contracts/protocol', imports: [] },
  { path: 'contracts/abi', imports: [] },
  { path: 'contracts/deployments', imports: ['contracts/protocol', 'contracts/abi'] },
  { path: 'contracts/script', imports: ['contracts/protocol', 'contracts/abi', 'contracts/deployments'] },

  // lp-relay: rooms that also run in a browser.
  { path: 'relay/src/log', imports: ['contracts/protocol'] },
  { path: 'relay/src/mesh', imports: ['contracts/protocol', 'relay/src/log'] },
  { path: 'relay/src/media', imports: ['contracts/protocol', 'relay/src/log'] },
  {
    path: 'relay/src/chain',
    imports: ['contracts/protocol', 'relay/src/log', 'contracts/abi', 'contracts/deployments'],
  },
  { path: 'relay/src/records', imports: ['contracts/protocol'] },
  {
    path: 'relay/src/payment',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/mesh', 'relay/src/records'],
  },
  {
    path: 'relay/src/keys',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/mesh', 'relay/src/payment'],
  },
  {
    path: 'relay/src/sponsor',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/mesh', 'relay/src/payment'],
  },
  { path: 'relay/src/client', imports: ['contracts/protocol', 'relay/src/records'] },
  { path: 'relay/src/recording', imports: ['contracts/protocol', 'relay/src/records'] },
  {
    path: 'relay/src/check',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/records', 'relay/src/client'],
  },
  {
    path: 'relay/src/judge',
    imports: ['contracts/protocol', 'contracts/abi', 'relay/src/log', 'relay/src/chain'],
  },
  { path: 'relay/src/playlist', imports: ['contracts/protocol', 'relay/src/log', 'relay/src/records'] },
  {
    path: 'relay/src/ingest',
    imports: ['contracts/protocol', 'relay/src/log', 'contracts/deployments', 'relay/src/mesh', 'relay/src/chain'],
  },
  {
    path: 'relay/src/watch',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'contracts/deployments',
      'relay/src/mesh',
      'relay/src/chain',
      'relay/src/records',
      'relay/src/client',
      'relay/src/playlist',
      'relay/src/recording',
    ],
  },

  // lp-relay: rooms that need Node. Roles do not import each other; relay/src/node starts them together.
  {
    path: 'relay/src/storage',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/mesh', 'relay/src/records', 'relay/src/recording'],
  },
  {
    path: 'relay/src/jobs',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'contracts/deployments',
      'relay/src/chain',
      'relay/src/records',
      'relay/src/storage',
    ],
  },
  { path: 'relay/src/ffmpeg', imports: ['contracts/protocol', 'relay/src/log'] },
  {
    path: 'relay/src/transcoder',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'relay/src/ffmpeg',
      'relay/src/mesh',
      'relay/src/media',
      'relay/src/records',
      'relay/src/keys',
      'relay/src/check',
      'relay/src/ingest',
      'relay/src/storage',
    ],
  },
  {
    path: 'relay/src/claims',
    imports: ['contracts/protocol', 'relay/src/log', 'contracts/deployments', 'relay/src/chain', 'relay/src/records'],
  },
  {
    path: 'relay/src/rounds',
    imports: ['contracts/protocol', 'relay/src/log', 'contracts/deployments', 'relay/src/chain'],
  },
  {
    path: 'relay/src/verifier',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'contracts/abi',
      'contracts/deployments',
      'relay/src/chain',
      'relay/src/client',
      'relay/src/check',
    ],
  },
  {
    path: 'relay/src/seed',
    imports: ['contracts/protocol', 'relay/src/log', 'relay/src/mesh', 'relay/src/records', 'relay/src/storage'],
  },
  {
    path: 'relay/src/carry',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'relay/src/mesh',
      'relay/src/records',
      'relay/src/watch',
      'relay/src/storage',
    ],
  },
  {
    path: 'relay/src/gateway',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'relay/src/mesh',
      'relay/src/records',
      'relay/src/playlist',
      'relay/src/recording',
      'relay/src/storage',
    ],
  },

  // lp-relay: its entry points.
  {
    path: 'relay/src/node',
    imports: [
      'contracts/protocol',
      'relay/src/log',
      'contracts/deployments',
      'relay/src/mesh',
      'relay/src/payment',
      'relay/src/chain',
      'relay/src/records',
      'relay/src/keys',
      'relay/src/check',
      'relay/src/watch',
      'relay/src/storage',
      'relay/src/jobs',
      'relay/src/ffmpeg',
      'relay/src/transcoder',
      'relay/src/claims',
      'relay/src/rounds',
      'relay/src/verifier',
      'relay/src/seed',
      'relay/src/carry',
      'relay/src/gateway',
    ],
  },
  {
    path: 'relay/src/cli',
    imports: ['contracts/protocol', 'relay/src/log', 'contracts/deployments', 'relay/src/gateway', 'relay/src/node'],
  },
  {
    path: 'relay/src/index.ts',
    imports: [
      'relay/src/mesh',
      'relay/src/payment',
      'relay/src/sponsor',
      'relay/src/records',
      'relay/src/keys',
      'relay/src/client',
      'relay/src/chain',
      'relay/src/check',
      'relay/src/ingest',
      'relay/src/recording',
      'relay/src/watch',
    ],
  },

  // The page. It imports lp-relay only by the entry points in `doors`.
  { path: 'web/substitutes.ts', imports: [] },
  {
    path: 'web/ui',
    imports: ['relay/src/log'],
    without: ['viem', ...wallets],
  },
  {
    path: 'web/config',
    imports: ['relay/src/log', 'contracts/protocol', 'contracts/deployments', 'relay/src/index.ts', 'web/ui'],
  },
  { path: 'web/wallet', imports: ['relay/src/log', 'relay/src/index.ts', 'web/ui', 'web/config'] },
  { path: 'web/chain', imports: ['relay/src/log', 'relay/src/index.ts', 'web/ui', 'web/config', 'web/wallet'] },
  { path: 'web/act', imports: ['relay/src/log', 'relay/src/index.ts', 'web/ui', 'web/config', 'web/wallet'] },
  {
    path: 'web/live',
    imports: ['relay/src/log', 'contracts/protocol', 'relay/src/index.ts', 'web/ui', 'web/config'],
    without: wallets,
  },
  { path: 'web/home', imports: ['relay/src/log', 'web/ui', 'web/config'] },
  {
    path: 'web/payments',
    imports: [
      'relay/src/log',
      'contracts/protocol',
      'contracts/deployments',
      'relay/src/index.ts',
      'web/ui',
      'web/config',
    ],
    without: wallets,
  },
  {
    path: 'web/broadcast',
    imports: [
      'web/substitutes.ts',
      'relay/src/log',
      'contracts/protocol',
      'contracts/deployments',
      'relay/src/media',
      'relay/src/index.ts',
      'web/ui',
      'web/config',
      'web/payments',
      'web/wallet',
      'web/act',
    ],
  },
  {
    path: 'web/stake',
    imports: [
      'relay/src/log',
      'contracts/protocol',
      'contracts/deployments',
      'relay/src/index.ts',
      'web/ui',
      'web/config',
      'web/wallet',
      'web/chain',
      'web/act',
    ],
  },
  {
    path: 'web/govern',
    imports: ['contracts/deployments', 'web/ui', 'web/wallet', 'web/chain', 'web/act'],
  },
  {
    path: 'web/claim',
    imports: ['contracts/protocol', 'contracts/deployments', 'web/ui', 'web/wallet', 'web/chain', 'web/act'],
  },
  { path: 'web/economy', imports: ['contracts/deployments', 'web/ui', 'web/wallet', 'web/chain'] },
  // What a viewer's page needs to pay by itself, and the card with the wallet. The page downloads them only when a relay asks for money.
  {
    path: 'web/pay',
    imports: [
      'relay/src/log',
      'contracts/protocol',
      'relay/src/index.ts',
      'web/ui',
      'web/wallet',
      'web/act',
      'web/payments',
    ],
  },
  {
    path: 'web/watch',
    imports: [
      'relay/src/log',
      'contracts/protocol',
      'relay/src/index.ts',
      'web/ui',
      'web/config',
      'web/payments',
      // Only by React.lazy, because this room downloads the wallet.
      'web/pay',
    ],
    without: wallets,
  },
  {
    path: 'web/App.tsx',
    imports: [
      'web/ui',
      'web/home',
      'web/live',
      'web/watch',
      'web/broadcast',
      'web/stake',
      'web/govern',
      'web/claim',
      'web/economy',
    ],
  },
  { path: 'web/main.tsx', imports: ['web/substitutes.ts', 'relay/src/log', 'web/ui', 'web/config', 'web/App.tsx'] },

  // The element for foreign pages. It is a file of its own.
  { path: 'web/lpPlayer.ts', imports: [] },

  // Code that is not part of the product.
  { path: 'e2e', imports: [] },
  { path: 'relay/rolldown.config.ts', imports: [] },
  { path: 'vitest.config.ts', imports: [] },
  { path: 'vitest.long.config.ts', imports: [] },
  { path: 'scripts', imports: ['contracts/script', 'relay/rolldown.config.ts', 'relay/src/node', 'relay/src/cli'] },
  { path: 'vite.config.ts', imports: ['scripts'] },
  {
    path: 'bench',
    imports: [
      'contracts/protocol',
      'contracts/deployments',
      'contracts/script',
      'relay/src/mesh',
      'relay/src/payment',
      'relay/src/chain',
      'relay/src/records',
      'relay/src/watch',
      'relay/src/judge',
      'relay/src/storage',
      'relay/src/ffmpeg',
      'relay/src/transcoder',
      'relay/src/rounds',
      'relay/src/gateway',
      'relay/src/seed',
      'relay/src/node',
      'e2e',
      'scripts',
    ],
  },
]

/** Entry points: the package names under which other rooms import these rooms. */
export const doors: Readonly<Record<string, string>> = {
  'lp-relay': 'relay/src/index.ts',
  'lp-relay/log': 'relay/src/log',
  'lp-relay/media': 'relay/src/media',
  'lp-relay/node': 'relay/src/node',
  '@lp/contracts/protocol': 'contracts/protocol',
  '@lp/contracts/abi': 'contracts/abi',
  '@lp/contracts/deployments': 'contracts/deployments',
  '@lp/contracts/script': 'contracts/script',
}
