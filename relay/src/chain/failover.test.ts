import { createPublicClient, hexToBigInt } from 'viem'
import { afterEach, describe, expect, it } from 'vitest'
import { startRpc } from '../../testbeds/scriptedRpc'
import { failover } from './failover'

type Rpc = Awaited<ReturnType<typeof startRpc>>
const rpcs: Rpc[] = []
afterEach(async () => {
  for (const rpc of rpcs.splice(0)) await rpc.stop()
})

/** An RPC of chain 7 whose newest block is `block`. `say` can change its answers. */
async function rpcAt(block: number, say: Parameters<typeof startRpc>[0] = () => undefined) {
  const asked: string[] = []
  const rpc = await startRpc((method, earlier) => {
    asked.push(method)
    return say(method, earlier) ?? { result: method === 'eth_chainId' ? '0x7' : `0x${block.toString(16)}` }
  })
  rpcs.push(rpc)
  return { ...rpc, asked }
}

/** The address of a server that has ended. */
async function deadUrl(): Promise<string> {
  const { url, stop } = await startRpc(() => 'none')
  await stop()
  return url
}

const clientOf = (urls: string[], onDead?: (host: string) => void) =>
  createPublicClient({ transport: failover(urls, { chainId: 7, retryCount: 0, ...(onDead && { onDead }) }) })

describe('several RPCs', () => {
  it('use the first one that works, and report a dead one once', async () => {
    const dead: string[] = []
    const [away, live, other] = [await deadUrl(), await rpcAt(5), await rpcAt(6)]
    const client = clientOf([away, live.url, other.url], (host) => dead.push(host))
    for (let times = 0; times < 3; times++) expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(5n)
    expect(other.asked).toEqual(['eth_chainId'])
    expect(dead).toEqual([new URL(away).host])
  })

  it('do not wait for one that never answers', async () => {
    const [silent, live] = [await rpcAt(1, () => 'none'), await rpcAt(5)]
    const dead: string[] = []
    expect(await clientOf([silent.url, live.url], (host) => dead.push(host)).getBlockNumber()).toBe(5n)
    // A client that had waited for the silent RPC would have reported it as dead.
    expect(dead).toEqual([])
  })

  it('pass a request on when the one in use dies, is broken, or limits the requests', async () => {
    const other = await rpcAt(6)
    for (const status of [401, 429, 502]) {
      const first = await rpcAt(5, (method) => (method === 'eth_blockNumber' ? { status } : undefined))
      expect(await clientOf([first.url, other.url]).getBlockNumber()).toBe(6n)
    }
    const first = await rpcAt(5)
    const client = clientOf([first.url, other.url])
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(5n)
    await rpcs
      .splice(
        rpcs.findIndex(({ url }) => url === first.url),
        1,
      )[0]
      ?.stop()
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(6n)
  })

  it('never use one of another chain, even if the others are dead', async () => {
    const foreign = await rpcAt(9, (method) => (method === 'eth_chainId' ? { result: '0x1' } : undefined))
    const live = await rpcAt(5)
    expect(await clientOf([foreign.url, live.url]).getBlockNumber()).toBe(5n)
    await expect(clientOf([foreign.url, await deadUrl()]).getBlockNumber()).rejects.toThrow(/does not work/)
    expect(foreign.asked.every((method) => method === 'eth_chainId')).toBe(true)
  })

  it('throw an error if all are dead, and work again as soon as one works', async () => {
    let isBroken = true
    const broken = await rpcAt(5, () => (isBroken ? { status: 503 } : undefined))
    const client = clientOf([broken.url, await deadUrl()])
    await expect(client.getBlockNumber({ cacheTime: 0 })).rejects.toThrow()
    isBroken = false
    expect(await client.getBlockNumber({ cacheTime: 0 })).toBe(5n)
  })

  it('do not pass on what the chain itself refuses', async () => {
    const refusal = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'block range is too large' } }
    const first = await rpcAt(5, (method) =>
      method === 'eth_getLogs' ? { status: 200, body: JSON.stringify(refusal) } : undefined,
    )
    const other = await rpcAt(6)
    const logs = clientOf([first.url, other.url]).getLogs({ fromBlock: 0n, toBlock: 5n })
    await expect(logs).rejects.toThrow('block range is too large')
    expect(other.asked).toEqual(['eth_chainId'])
  })
})

it('one RPC is used as it is', async () => {
  const live = await rpcAt(5)
  const client = clientOf([live.url])
  expect(hexToBigInt(await client.request({ method: 'eth_blockNumber' }))).toBe(5n)
  expect(live.asked).toEqual(['eth_blockNumber'])
})
