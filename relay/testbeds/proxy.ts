import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RpcCall = { id: number; method: string; params: readonly unknown[] }
/** An HTTP answer that refuses a call. An `error` is sent as a JSON-RPC error. */
export type Refusal = { status?: number; error?: { code: number; message: string; data?: unknown }; text?: string }

/**
 * An HTTP proxy between an RPC client and its node. The proxy does not answer while it is `down`. It can also refuse calls and
 * lose answers.
 */
export async function startProxy(rpcUrl: string) {
  let isDown = false
  let refused = 0
  let onRefused = () => {}
  /** The proxy passes the next call of this method to the node, but drops the answer. */
  let lost: string | undefined
  let refuse: (call: RpcCall) => Refusal | undefined = () => undefined
  const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()))

  async function pass(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    if (isDown) {
      refused++
      onRefused()
      response.destroy()
      return
    }
    const refusal = refuse(JSON.parse(body))
    if (refusal) {
      const { status = 200, error, text } = refusal
      const { id } = JSON.parse(body) as RpcCall
      response.writeHead(status, { 'content-type': error ? 'application/json' : 'text/plain' })
      response.end(error ? JSON.stringify({ jsonrpc: '2.0', id, error }) : text)
      return
    }
    const answer = await fetch(rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const text = await answer.text()
    if (lost && body.includes(`"${lost}"`)) {
      lost = undefined
      response.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** From now on, the proxy does not answer. Resolves when `count` further calls have arrived. */
    async down(count: number) {
      isDown = true
      refused = 0
      while (refused < count)
        await new Promise<void>((resolve) => {
          onRefused = resolve
        })
    },
    up() {
      isDown = false
    },
    /**
     * From now on, the proxy calls `refusal` for each call. If `refusal` returns an answer, the client gets this answer, and the
     * node does not get the call.
     */
    refuse(refusal: (call: RpcCall) => Refusal | undefined) {
      refuse = refusal
    },
    /** The node gets the next call of this method, but the client does not get the answer. */
    loseAnswer(method: string) {
      lost = method
    },
    get hasLost() {
      return lost === undefined
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
