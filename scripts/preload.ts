import type { Plugin, Rolldown } from 'vite'

/** For each start of an address's hash: the modules that the page needs for its first picture and that the first script does not have. */
const player = ['hls.js/dist/hls.light.mjs', '@noble/curves/esm/secp256k1.js']
const pages = {
  '#/watch/': ['web/watch/WatchPage.tsx', ...player],
  '#/embed/': ['web/watch/EmbedPage.tsx', ...player],
}

/**
 * Lets the browser fetch the code of a page together with the first script. Without this plugin, the browser learns of the
 * code of the page only when it runs the first script, and of the code of the player only when it runs the code of the page.
 */
export const preloadPages: Plugin = {
  name: 'lp:preload-pages',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const filesOf = Object.fromEntries(
        Object.entries(pages).map(([hash, modules]) => [hash, filesWith(modules, bundle)]),
      )
      const children = `for (const [hash, files] of Object.entries(${JSON.stringify(filesOf)}))
        if (location.hash.startsWith(hash))
          for (const href of files) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }))`
      return [{ tag: 'script', children, injectTo: 'head' }]
    },
  },
}

/** The chunks that contain these modules, and all chunks that these chunks import. */
function filesWith(modules: readonly string[], bundle: Rolldown.OutputBundle): string[] {
  const files = new Set<string>()
  const add = (file: string) => {
    const chunk = bundle[file]
    if (files.has(file) || chunk?.type !== 'chunk' || chunk.isEntry) return
    files.add(file)
    for (const imported of chunk.imports) add(imported)
  }
  for (const module of modules) {
    const chunk = Object.values(bundle).find(
      (output) => output.type === 'chunk' && output.moduleIds.some((id) => id.endsWith(module)),
    )
    if (!chunk) throw new Error(`No chunk contains the module ${module}. Correct the list in scripts/preload.ts.`)
    add(chunk.fileName)
  }
  return [...files].map((file) => `./${file}`)
}
