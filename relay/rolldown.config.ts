import type { RolldownOptions } from 'rolldown'
import manifest from './package.json' with { type: 'json' }

// npm installs the dependencies, so they are not bundled. @lp/contracts is not published on npm, so it is bundled.
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
    // The program loads this worker by its file name, so the file keeps its name.
    ffmpegCoreWorker: 'src/verifier/ffmpegCoreWorker.js',
  },
  external: [...external, /^node:/],
  platform: 'node',
  resolve: { conditionNames: ['lp-source', 'node', 'import'] },
  output: { dir: 'dist', format: 'esm', cleanDir: true, sourcemap: true },
} satisfies RolldownOptions
