import { type Hex, type PublicClient, RpcRequestError, toHex } from 'viem'
import { expect, test, vi } from 'vitest'
import type { Blocks, EventStore, KnownEvent, StoredEvents } from './EventStore'
import { readOnce } from './readOnce'

/** A store that several visits of the page share. */
function memoryStore() {
  const stored = new Map<string, StoredEvents>()
  const store: EventStore = {
    get: async (key) => stored.get(key),
    set: async (key, value) => void stored.set(key, value),
  }
  return { store, stored }
}

/**
 * A visit of the page to a chain with an event in each block. `requests`: the answered requests. `fork`: another chain has other hashes. `limit`:
 * the RPC gives at most so many blocks at a time. `answers`: after so many answers, the RPC does not answer.
 */
function visit({ store, fork = 0n, limit }: { store: EventStore; fork?: bigint; limit?: bigint }) {
  const requests: [number, number][] = []
  const rpc = { answers: 1_000 }
  const client = {
    getBlock: async ({ blockNumber }: { blockNumber: bigint }) => ({ hash: toHex(blockNumber + fork, { size: 32 }) }),
  } as unknown as PublicClient
  const read = async ({ fromBlock, toBlock }: Blocks): Promise<KnownEvent[]> => {
    if (limit && toBlock - fromBlock >= limit) {
      const error = { code: -32_600, message: 'block range is too wide' }
      throw new RpcRequestError({ body: {}, url: 'http://rpc.example', error })
    }
    if (rpc.answers-- <= 0) throw new Error('The RPC does not answer.')
    requests.push([Number(fromBlock), Number(toBlock)])
    return Array.from({ length: Number(toBlock - fromBlock) + 1 }, (_, index) => ({
      ...{ eventName: 'Slash', args: {}, blockNumber: fromBlock + BigInt(index), logIndex: 0, transactionHash: hash },
    }))
  }
  return {
    requests,
    rpc,
    /** The first and the last block that were requested since the last call, and the number of blocks in all requests. */
    requested() {
      const last = requests.splice(0)
      const blocks = last.map(([from, to]) => to - from + 1).reduce((sum, count) => sum + count, 0)
      return [Math.min(...last.map(([from]) => from)), Math.max(...last.map(([, to]) => to)), blocks]
    },
    /** The first and the last block of the events, and their number. */
    async search(fromBlock: bigint, toBlock: bigint) {
      const events = await readOnce(client, { key: 'slashes', fromBlock, toBlock, read, store })
      const blocks = events.map(({ blockNumber }) => Number(blockNumber))
      return [blocks[0], blocks.at(-1), new Set(blocks).size]
    },
  }
}

const hash: Hex = toHex(1, { size: 32 })

test('a search requests only the newest blocks again, and the blocks that are not known yet', async () => {
  const { requested, search } = visit(memoryStore())
  expect(await search(1_000n, 9_000n)).toEqual([1_000, 9_000, 8_001])
  expect(requested()).toEqual([1_000, 9_000, 8_001])
  expect(await search(1_001n, 9_001n)).toEqual([1_001, 9_001, 8_001])
  expect(requested()).toEqual([8_937, 9_001, 65])
  expect(await search(1_100n, 9_100n)).toEqual([1_100, 9_100, 8_001])
  expect(requested()).toEqual([8_937, 9_100, 164])
  // The blocks before block 1,100 were forgotten.
  expect(await search(500n, 9_100n)).toEqual([500, 9_100, 8_601])
  expect(requested()).toEqual([500, 9_100, 600 + 64])
})

test('a later visit continues with the stored events, if it is the same chain', async () => {
  const { store, stored } = memoryStore()
  await visit({ store }).search(1_000n, 9_000n)
  await vi.waitFor(() => expect(stored.get('slashes')?.toBlock).toBe(8_936n))
  const later = visit({ store })
  expect(await later.search(1_010n, 9_010n)).toEqual([1_010, 9_010, 8_001])
  expect(later.requested()).toEqual([8_937, 9_010, 74])
  const other = visit({ store, fork: 1n })
  expect(await other.search(1_010n, 9_010n)).toEqual([1_010, 9_010, 8_001])
  expect(other.requested()).toEqual([1_010, 9_010, 8_001])
  // A chain that is shorter than the stored chain is a new local chain.
  expect(await visit({ store }).search(0n, 50n)).toEqual([0, 50, 51])
})

test('after a failure, this visit and a later visit continue with the next block', async () => {
  const { store, stored } = memoryStore()
  const first = visit({ store, limit: 1_000n })
  first.rpc.answers = 4
  await expect(first.search(0n, 9_000n)).rejects.toThrow('The RPC does not answer.')
  await vi.waitFor(() => expect(stored.get('slashes')?.toBlock).toBeGreaterThan(500n))
  const known = Number(stored.get('slashes')?.toBlock)
  const requests = first.requests.splice(0)
  expect(requests).toContainEqual([expect.any(Number), known])

  for (const next of [visit({ store, limit: 1_000n }), first]) {
    next.rpc.answers = 1_000
    expect(await next.search(0n, 9_000n)).toEqual([0, 9_000, 9_001])
    expect(Math.min(...next.requests.map(([block]) => block))).toBe(known + 1)
  }
})

test('two searches at the same time do not read the same blocks', async () => {
  const { requested, search } = visit(memoryStore())
  await Promise.all([search(0n, 1_000n), search(0n, 1_000n)])
  expect(requested()).toEqual([0, 1_000, 1_001 + 64])
})

test('the page works in a browser that stores no data', async () => {
  const refused = async () => {
    throw new Error('The browser stores no data.')
  }
  const { requests, search } = visit({ store: { get: refused, set: refused } })
  await search(0n, 1_000n)
  expect(await search(0n, 1_001n)).toEqual([0, 1_001, 1_002])
  expect(requests).toHaveLength(3)
})
