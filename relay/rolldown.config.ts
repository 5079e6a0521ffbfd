import type { RolldownOptions } from 'rolldown'
import manifest from './package.json' with { type: 'json' }

// What npm installs beside the package stays outside; @lp/contracts, which npm does not know, goes in.
const external = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).map(
  (name) => new RegExp(`^${name}(/|$)`),
)

export default {
  cwd: import.meta.dirname,
  input: {
    ...{
      cli: 'src/cli.ts',
      index: 'src/index.ts',
      log: 'src/log/index.ts',
      media: 'src/media/index.ts',
      node: 'src/node/index.ts',
    },
    // A worker is loaded by its place beside the others, so it keeps its name.
    ffmpegCoreWorker: 'src/verifier/ffmpegCoreWorker.js',
  },
  external: [...external, /^node:/],
  platform: 'node',
  resolve: { conditionNames: ['lp-source', 'node', 'import'] },
  output: { dir: 'dist', format: 'esm', cleanDir: true, sourcemap: true },
} satisfies RolldownOptions
