import type { AddressInfo } from 'node:net'
import { preview } from 'vite'

/** Serves the built page. The server forwards requests for `./rpc` to the chain, so the page reaches the chain at the server's address. */
export async function serveWeb({
  port,
  rpcUrl,
}: {
  port: number
  rpcUrl: string
}): Promise<{ port: number; close: () => Promise<void> }> {
  const configuration = JSON.stringify({ chainId: 31337, rpcUrl: './rpc' })
  const server = await preview({
    configFile: false,
    root: process.cwd(),
    logLevel: 'error',
    build: { outDir: 'dist/web' },
    preview: {
      port,
      strictPort: true,
      host: 'localhost',
      proxy: { '/rpc': { target: rpcUrl, rewrite: () => '/', changeOrigin: true } },
    },
    plugins: [
      {
        name: 'lp-configuration',
        configurePreviewServer(previewServer) {
          previewServer.middlewares.use('/lp.json', (_, response) => {
            response
              .setHeader('content-type', 'application/json')
              .setHeader('cache-control', 'no-store')
              .end(configuration)
          })
        },
      },
    ],
  })
  return { port: (server.httpServer.address() as AddressInfo).port, close: () => server.close() }
}
