import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/** Serves `page.ts` on loopback, at every path. `origin`: host and port. */
export async function servePage(): Promise<{ server: Server; origin: string; close(): void }> {
  const script = await bundle('./page.ts', 'browser')
  const server = createServer((request, response) => {
    if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(script)
    else response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server,
    origin: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Bundles one of our modules into one script, as the builds of the web app and of the relay do. `path` is relative to this file. */
export async function bundle(path: string, platform: 'browser' | 'node'): Promise<string> {
  const built = await rolldown({
    input: fileURLToPath(new URL(path, import.meta.url)),
    platform,
    resolve: { conditionNames: ['lp-source'] },
    ...(platform === 'node' && { external: [/^node-datachannel/, 'ws'] }),
    logLevel: 'silent',
  })
  const { output } = await built.generate({ format: 'esm' })
  await built.close()
  return output[0].code
}
