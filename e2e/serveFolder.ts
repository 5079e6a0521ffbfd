import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = fileURLToPath(new URL('../dist/web', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/** Serves the built page in a folder of a web server that has nothing else. `folder` begins and ends with a slash. */
export async function serveFolder(folder: string, settings: object): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const name = pathname.slice(folder.length) || 'index.html'
    const file =
      name === 'lp.json' ? JSON.stringify(settings) : await readFile(join(built, name)).catch(() => undefined)
    if (pathname.startsWith(folder) && file !== undefined)
      response.writeHead(200, { 'content-type': types[extname(name)] }).end(file)
    else response.writeHead(404).end()
  })
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://localhost:${port}${folder}`, close }
}
