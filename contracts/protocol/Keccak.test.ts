import { keccak256 } from 'viem'
import { afterEach, describe, expect, it, vi } from 'vitest'

/** The `PayloadTree.hash` of the bytes 0 to 99, computed with another implementation of keccak. */
const expected = '0x0d4520c98fc05779999f5bb2caba08634c50315f179ab1c627cbf096da83e239'
const bytes = crypto.getRandomValues(new Uint8Array(1_000))

const random = (length: number) => {
  const data = new Uint8Array(length)
  // `getRandomValues` fills at most 64 KiB.
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536))
  return data
}

/** The level above these nodes, with noble's keccak. */
const above = (nodes: Uint8Array) => {
  const pairs = Array.from({ length: nodes.length / 64 }, (_, at) => nodes.subarray(64 * at, 64 * at + 64))
  return Uint8Array.from(pairs.flatMap((pair) => [...keccak256(pair, 'bytes')]))
}

const rootOf = (data: Uint8Array, depth: number) => {
  let level = new Uint8Array(32 * 2 ** depth)
  level.set(data)
  while (level.length > 32) level = above(level)
  return level
}

describe('keccak', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['with WebAssembly', () => undefined],
    ['without WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
    [
      'if a policy of the page forbids WebAssembly',
      () =>
        vi.stubGlobal('WebAssembly', {
          compile: () => Promise.reject(new Error('Refused by the Content Security Policy')),
          instantiate: () => Promise.reject(new Error('Refused by the Content Security Policy')),
        }),
    ],
  ])('gives the same hash %s', async (_, prepare) => {
    prepare()
    vi.resetModules()
    const { load } = await import('./Keccak')
    const PayloadTree = await import('./PayloadTree')
    expect((await load())(bytes)).toEqual(keccak256(bytes, 'bytes'))
    expect(await PayloadTree.hash(Uint8Array.from({ length: 100 }, (_, index) => index))).toBe(expected)
  })

  it('gives the same hash as noble for each length up to three blocks, and for input larger than the memory of the module', async () => {
    const { load } = await import('./Keccak')
    const keccak = await load()
    for (const length of [
      ...Array.from({ length: 410 }, (_, at) => at),
      65_024,
      65_025,
      136 * 475,
      136 * 475 + 1,
      200_000,
    ]) {
      const data = random(length)
      expect(keccak(data), `${length} bytes`).toEqual(keccak256(data, 'bytes'))
    }
  })

  it('does not keep bytes of an earlier input', async () => {
    const { load } = await import('./Keccak')
    const keccak = await load()
    keccak(random(100_000))
    expect(keccak(new Uint8Array(0))).toEqual(keccak256(new Uint8Array(0), 'bytes'))
    expect(keccak(bytes)).toEqual(keccak256(bytes, 'bytes'))
  })
})

describe.each([
  ['with WebAssembly', () => undefined],
  ['without WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
])('the nodes of a tree, %s', (_, prepare) => {
  afterEach(() => vi.unstubAllGlobals())

  const open = async () => {
    prepare()
    vi.resetModules()
    return (await import('./Keccak')).loadTrees()
  }

  it.each([0, 2, 6, 512, 1_022, 1_024, 1_026, 2_500])('hashes %i nodes in pairs', async (count) => {
    const trees = await open()
    const nodes = random(32 * count)
    expect(trees.above(nodes)).toEqual(above(nodes))
  })

  it.each([
    [0, 0],
    [0, 9],
    [1, 3],
    [31, 1],
    [32, 0],
    [33, 1],
    [96, 2],
    [100, 9],
    [16_383, 9],
    [16_384, 9],
    [32_760, 10],
    [32_768, 10],
    [40_000, 12],
  ])('finds the root of %i bytes in a tree of depth %i', async (length, depth) => {
    const trees = await open()
    // The memory has bytes of an earlier tree.
    trees.root(random(16_384), 9)
    const data = random(length)
    expect(trees.root(data, depth)).toEqual(rootOf(data, depth))
    expect(trees.zero(depth)).toEqual(rootOf(new Uint8Array(0), depth))
  })
})
