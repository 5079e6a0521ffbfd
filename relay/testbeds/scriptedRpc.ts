import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The answer to one JSON-RPC request: a result, an HTTP status, or no answer. */
type Reply = { result: unknown } | { status: number; body?: string } | 'none'

/**
 * An RPC on an unused port of the loopback address. `reply` decides each answer by the method and the number of earlier requests.
 * With `behind`, a request for which `reply` returns `undefined` goes to the RPC at the URL `behind`.
 */
export async function startRpc(
  reply: (method: string, earlier: number) => Reply | undefined,
  { behind }: { behind?: string } = {},
) {
  let asked = 0
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = await text(request)
    const { id, method } = JSON.parse(body) as { id: number; method: string }
    const answer = reply(method, asked++)
    if (answer === 'none') return
    if (answer && 'status' in answer) return response.writeHead(answer.status).end(answer.body ?? '{}')
    if (answer) return response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answer.result }))
    if (!behind) return
    const passed = await fetch(behind, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    return response.end(await passed.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
