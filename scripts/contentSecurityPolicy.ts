import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

/** Any address: the chain names the relays, and the person or `lp.json` names the chain, the trackers and the wallet. */
const anywhere = 'http: https: ws: wss: data: blob:'

const policyFor = (inlineScripts: readonly string[]): string =>
  [
    `default-src 'self'`,
    // ffmpeg and the encoder for AAC are WebAssembly.
    `script-src 'self' 'wasm-unsafe-eval' ${inlineScripts.map(sourceOf).join(' ')}`,
    // WebTorrent makes the script of its worker itself.
    `worker-src 'self' blob:`,
    // Radix inserts style elements.
    `style-src 'self' 'unsafe-inline'`,
    `img-src ${anywhere}`,
    `media-src ${anywhere}`,
    `connect-src ${anywhere}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')

const sourceOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

/**
 * Writes the Content-Security-Policy into the page: the browser runs only the files of the build and the scripts that the build itself has
 * written into the page. The policy is in the page and not in a header, because any web server or IPFS gateway can serve the page. This
 * plugin must come after all plugins that write scripts into the page.
 */
export const contentSecurityPolicy: Plugin = {
  name: 'lp:content-security-policy',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html) {
      // Browsers read each end of a line as \n before they compute a hash.
      const page = html.replaceAll('\r\n', '\n')
      const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script)
      const meta = `<meta http-equiv="Content-Security-Policy" content="${policyFor(scripts)}" />`
      const charset = '<meta charset="utf-8" />'
      if (!page.includes(charset))
        throw new Error(`index.html must contain ${charset}, because the policy comes after it.`)
      return page.replace(charset, `${charset}\n    ${meta}`)
    },
  },
}
