import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicClient } from 'viem'
import { describe, expect, it } from 'vitest'
import { ChainWatch } from './ChainWatch'
import { problemsOf } from './problemsOf'

describe('problemsOf', () => {
  it('reports a problem only if the chain has not answered for a minute', () => {
    expect(problemsOf(59_999)).toEqual([])
    expect(problemsOf(75_000)).toEqual([
      'The chain has not answered for 75 s. Check --rpc, and check that the node of the chain runs.',
    ])
  })
})

describe('ChainWatch', () => {
  it('measures the time since the last answer of the chain; an HTTP error does not count as an answer', async () => {
    let isDown = false
    const server = createServer((_, response) => {
      response.writeHead(isDown ? 401 : 200, { 'content-type': 'application/json' })
      response.end(isDown ? '{}' : '{"jsonrpc":"2.0","id":1,"result":"0x1"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const watch = new ChainWatch({ rpcUrl })
    const client = createPublicClient({ transport: watch.transport(rpcUrl) })
    await client.getChainId()
    const answeredMs = performance.now()
    isDown = true
    while (performance.now() - answeredMs < 50) await client.getChainId().catch(() => undefined)
    expect(watch.silentMs).toBeGreaterThanOrEqual(50)
    isDown = false
    await client.getChainId()
    expect(watch.silentMs).toBeLessThan(50)
    server.close()
  })
})
