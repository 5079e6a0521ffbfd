import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Between a relay and its node: answers nothing while it is `down`, and can lose single answers. */
export async function startProxy(rpcUrl: string) {
  let isDown = false
  let refused = 0
  let onRefused = () => {}
  /** The name of a method of which the next answer is lost, although the call arrives. */
  let lost: string | undefined
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
    /** Resolves when `count` questions were refused since then. */
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
