import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin, RolldownOptions } from 'rolldown'
import manifest from './package.json' with { type: 'json' }

/** npm installs these dependencies. All other packages are bundled, because a published package cannot override their dependencies. */
const installed = Object.keys(manifest.dependencies).map((name) => new RegExp(`^${name}(/|$)`))
/** ws works without these packages, which need a compiler. */
const optional = [/^bufferutil$/, /^utf-8-validate$/]

type PackageJson = { name: string; version: string; license?: string; author?: string | { name: string } }

/** Before we bundle a package with any other licence, we need a decision. */
const permitted = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense']

const mit = (author: string) => `Copyright (c) ${author}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`

/** Writes the licences of all bundled packages to a file beside the bundle. */
const licences: Plugin = {
  name: 'licences',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
    const folders = new Set(
      modules.flatMap((module) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? []),
    )
    const texts = [...folders].sort().map(licenceOf)
    const source = [
      'lp-relay contains these packages, which have the following licences.\n',
      ...texts.filter((text, index) => texts.indexOf(text) === index),
    ].join(`\n${'-'.repeat(80)}\n\n`)
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source })
  },
}

function licenceOf(folder: string): string {
  const { name, version, license, author }: PackageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (!license || !permitted.includes(license))
    throw new UnknownLicenceError(`${name} has the licence ${license}, which rolldown.config.ts does not permit.`)
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(entry))
  const by = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`
  const text = file ? readFileSync(join(folder, file), 'utf8') : mit(by)
  const notice = join(folder, 'NOTICE')
  return `${name} ${version} (${license})\n\n${text.trim()}\n${existsSync(notice) ? `\n${readFileSync(notice, 'utf8')}` : ''}`
}

class UnknownLicenceError extends Error {
  override readonly name = 'UnknownLicenceError'
}

const shared = { cwd: import.meta.dirname, plugins: [licences] } satisfies RolldownOptions

/** The program, and the library for Node. */
const forNode = {
  ...shared,
  input: {
    cli: 'src/cli/main.ts',
    node: 'src/node/index.ts',
    // The program loads this worker by its file name, so the file keeps its name.
    ffmpegCoreWorker: 'src/verifier/ffmpegCoreWorker.js',
  },
  external: [...installed, ...optional, /^node:/],
  platform: 'node',
  resolve: { conditionNames: ['lp-source', 'node', 'import'] },
  output: { dir: 'dist', format: 'esm', cleanDir: true },
} satisfies RolldownOptions

/** The library for browsers. Its room `media` is not in the published package, because it contains an encoder under the LGPL. */
const forBrowsers = {
  ...shared,
  input: { index: 'src/index.ts', log: 'src/log/index.ts' },
  platform: 'browser',
  resolve: { conditionNames: ['lp-source', 'browser', 'import'] },
  output: { dir: 'dist/browser', format: 'esm' },
} satisfies RolldownOptions

export default [forNode, forBrowsers]
