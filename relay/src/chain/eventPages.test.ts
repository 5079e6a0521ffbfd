import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createPublicClient, hexToBigInt, http, type PublicClient, TimeoutError } from 'viem'
import { foundry } from 'viem/chains'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Refusal, type RpcCall, startProxy } from '../../testbeds/proxy'
import { type BlockRange, eventPages, readEvents } from './eventPages'

const { livepeerToken } = contractsOn(localChainId)
const spender = '0x1111111111111111111111111111111111111111'

let local: LocalChain
let proxy: Awaited<ReturnType<typeof startProxy>>
let newest: bigint
beforeAll(async () => {
  local = await startLocalChain()
  proxy = await startProxy(local.rpcUrl)
  for (const amount of [1n, 2n, 3n]) {
    await local.mine(200)
    await local.mined(local.user(0).livepeerToken.write.approve([spender, amount]))
  }
  await local.mine(50)
  newest = await local.chain.getBlockNumber({ cacheTime: 0 })
})
afterAll(async () => {
  await proxy.stop()
  await local.stop()
})
afterEach(() => proxy.refuse(() => undefined))

/** A new client for each test: it does not know the range limit that other clients have learned. */
const newClient = () =>
  createPublicClient({ chain: foundry, transport: http(proxy.url, { retryCount: 0 }) }) as PublicClient

const approvals = (client: PublicClient) => async (range: BlockRange) =>
  (
    await client.getContractEvents({
      ...{ ...livepeerToken, eventName: 'Approval', args: { spender }, strict: true },
      ...range,
    })
  ).map(({ args }) => args.value)

const all = (client: PublicClient) => readEvents(client, { fromBlock: 0n, toBlock: newest, read: approvals(client) })

const lengthOf = ({ fromBlock, toBlock }: BlockRange) => toBlock - fromBlock + 1n

function rangeOf({ method, params }: RpcCall): BlockRange | undefined {
  if (method !== 'eth_getLogs') return undefined
  const { fromBlock, toBlock } = params[0] as { fromBlock: `0x${string}`; toBlock: `0x${string}` }
  return { fromBlock: hexToBigInt(fromBlock), toBlock: hexToBigInt(toBlock) }
}

/** Refuses ranges of more than `limit` blocks, and lists the lengths of all requested ranges. */
function limitTo(limit: bigint, refusal: Refusal): bigint[] {
  const asked: bigint[] = []
  proxy.refuse((call) => {
    const range = rangeOf(call)
    if (!range) return undefined
    asked.push(lengthOf(range))
    return lengthOf(range) > limit ? refusal : undefined
  })
  return asked
}

const say = (code: number, message: string): Refusal => ({ error: { code, message } })

describe('eventPages', () => {
  it.each<[string, Refusal]>([
    ['-32005 of Infura', say(-32005, 'query returned more than 10000 results. Try with this block range [0x0, 0x63].')],
    ['-32005 of BNB Smart Chain', say(-32005, 'limit exceeded')],
    [
      '-32602 of Alchemy',
      say(-32602, 'Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range'),
    ],
    [
      'HTTP 400 with -32600 of Alchemy',
      {
        status: 400,
        ...say(-32600, 'Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range.'),
      },
    ],
    ['HTTP 413 with -32614 of QuickNode', { status: 413, ...say(-32614, 'eth_getLogs is limited to a 10,000 range') }],
    ['-32600 of Ankr', say(-32600, 'block range is too wide')],
    ['-32000 of Avalanche', say(-32000, 'requested too many blocks from 0 to 999, maximum is set to 100')],
    ['-32047 of Cloudflare', say(-32047, 'Invalid eth_getLogs request. range too large. Max range: 100')],
    ['a code that viem does not know', say(35, 'ranges over 100 blocks are not supported on freetier')],
    ['an internal error', say(-32603, 'block range too large')],
    ['HTTP 400 with text', { status: 400, text: 'block range too large' }],
    ['a text that also speaks of the number of requests', say(-32600, 'eth_getLogs requests limited to 100 blocks')],
    [
      'a text that also speaks of a rate',
      say(-32005, 'Block range exceeds the limit of your plan. Use a higher rate plan.'),
    ],
    ['HTTP 413 with text', { status: 413, text: 'Payload Too Large' }],
  ])('requests a shorter range after %s', async (_, refusal) => {
    const asked = limitTo(100n, refusal)
    expect(await all(newClient())).toEqual([1n, 2n, 3n])
    expect(asked.filter((blocks) => blocks > 100n).length).toBeLessThan(6)
  })

  it.each([10_000n, 500n, 100n, 37n, 1n])('reads each block once when the limit is %s blocks', async (limit) => {
    limitTo(limit, say(-32602, 'block range too large'))
    const client = newClient()
    const pages: BlockRange[] = []
    for await (const page of eventPages(client, { fromBlock: 3n, toBlock: 402n, read: approvals(client) }))
      pages.push(page)
    expect(pages[0]?.fromBlock).toBe(3n)
    expect(pages.at(-1)?.toBlock).toBe(402n)
    for (const [index, { fromBlock }] of pages.slice(1).entries()) expect(fromBlock - 1n).toBe(pages[index]?.toBlock)
  })

  it('requests shorter ranges where the blocks hold many events, and longer ranges after these blocks', async () => {
    const asked: bigint[] = []
    proxy.refuse((call) => {
      const range = rangeOf(call)
      if (!range) return undefined
      if (range.fromBlock < 10n && lengthOf(range) > 2n) return say(-32005, 'query returned more than 10000 results')
      asked.push(lengthOf(range))
      return undefined
    })
    expect(await all(newClient())).toEqual([1n, 2n, 3n])
    expect(asked[0]).toBe(2n)
    expect(asked.some((blocks) => blocks >= 128n)).toBe(true)
  })

  it('begins the next search of the same client with a range length that the RPC has accepted', async () => {
    const asked = limitTo(100n, say(-32600, 'block range is too wide'))
    const client = newClient()
    await all(client)
    asked.length = 0
    expect(await all(client)).toEqual([1n, 2n, 3n])
    expect(asked.filter((blocks) => blocks > 100n)).toEqual([])
  })

  it('reads backward with `isBackward`, and reads no further page after the caller has stopped', async () => {
    const asked = limitTo(100n, say(-32600, 'block range is too wide'))
    const client = newClient()
    const search = { fromBlock: 0n, toBlock: newest, read: approvals(client), isBackward: true }
    const seen: bigint[] = []
    let first = newest + 1n
    for await (const { fromBlock, toBlock, result } of eventPages(client, search)) {
      expect(toBlock).toBe(first - 1n)
      first = fromBlock
      seen.push(...result)
      if (seen.length === 2) break
    }
    expect(seen).toEqual([3n, 2n])
    expect(first).toBeGreaterThan(0n)
    const count = asked.length
    expect(await readEvents(client, { ...search, toBlock: first - 1n })).toEqual([1n])
    expect(asked.length).toBeGreaterThan(count)
  })

  it.each<[string, Refusal, string]>([
    ['every range is refused', say(-32000, 'header not found'), 'header not found'],
    [
      'one block holds too many events',
      say(-32005, 'query returned more than 10000 results'),
      'more than 10000 results',
    ],
  ])('throws the error after a request for one block when %s', async (_, refusal, text) => {
    const asked = limitTo(0n, refusal)
    await expect(all(newClient())).rejects.toThrow(text)
    expect(asked.at(-1)).toBe(1n)
    expect(asked.length).toBeLessThan(12)
  })

  it.each<[string, Refusal]>([
    ['answers that there are too many requests', say(-32005, 'project ID request rate exceeded')],
    ['answers 429 in JSON', say(429, 'Too Many Requests')],
    ['answers HTTP 429', { status: 429, ...say(-32011, 'over the limit') }],
    ['does not know the method', say(-32601, 'the method eth_getLogs does not exist')],
    ['does not know the caller', { status: 401, ...say(-32000, 'Unauthorized') }],
    [
      'limits the requests, and names a number of events',
      say(-32005, 'rate limit: 1000 logs per second, 5 requests per second'),
    ],
  ])('throws the error after one request when the RPC %s', async (_, refusal) => {
    const asked = limitTo(0n, refusal)
    await expect(all(newClient())).rejects.toThrow()
    expect(asked).toHaveLength(1)
  })

  it.each<[string, Refusal]>([
    ['HTTP 500', { status: 500, text: 'Internal Server Error' }],
    ['HTTP 502', { status: 502, text: 'Bad Gateway' }],
    ['HTTP 504', { status: 504, text: 'Gateway Timeout' }],
  ])('reads all events if the RPC answers %s for ranges of more than 100 blocks', async (_, refusal) => {
    const asked = limitTo(100n, refusal)
    expect(await all(newClient())).toEqual([1n, 2n, 3n])
    expect(asked.filter((blocks) => blocks > 100n).length).toBeLessThan(6)
  })

  it('reads all events if the RPC does not answer in time for ranges of more than 100 blocks', async () => {
    const asked: bigint[] = []
    const read = async (range: BlockRange) => {
      asked.push(lengthOf(range))
      if (lengthOf(range) > 100n) throw new TimeoutError({ body: {}, url: proxy.url })
      return approvals(client)(range)
    }
    const client = newClient()
    expect(await readEvents(client, { fromBlock: 0n, toBlock: newest, read })).toEqual([1n, 2n, 3n])
    expect(asked.filter((blocks) => blocks > 100n).length).toBeLessThan(6)
  })

  it('throws the error after three requests if the RPC fails for all ranges', async () => {
    const asked = limitTo(0n, { status: 502, text: 'Bad Gateway' })
    await expect(all(newClient())).rejects.toThrow('HTTP request failed.')
    expect(asked).toHaveLength(3)
  })

  it('keeps the known range length if the RPC refuses ranges for a reason other than their length', async () => {
    const client = newClient()
    await all(client)
    limitTo(0n, say(-32000, 'header not found'))
    await expect(all(client)).rejects.toThrow('header not found')
    const asked = limitTo(10_000n, say(-32000, 'header not found'))
    expect(await all(client)).toEqual([1n, 2n, 3n])
    expect(asked).toEqual([newest + 1n])
  })

  it('if the RPC fails, lets the caller continue after the last page that the caller received', async () => {
    const client = newClient()
    let count = 0
    proxy.refuse((call) => {
      const range = rangeOf(call)
      if (!range) return undefined
      if (lengthOf(range) > 100n) return say(-32600, 'block range is too wide')
      return ++count === 4 ? { status: 401, text: 'Unauthorized' } : undefined
    })
    const seen: bigint[] = []
    let next = 0n
    const read = async () => {
      const search = { fromBlock: next, toBlock: newest, read: approvals(client) }
      for await (const { toBlock, result } of eventPages(client, search)) {
        seen.push(...result)
        next = toBlock + 1n
      }
    }
    await expect(read()).rejects.toThrow('HTTP request failed.')
    await read()
    expect(seen).toEqual([1n, 2n, 3n])
  })
})
