import { describe, expect, it } from 'vitest'
import * as PayloadTree from './PayloadTree'
import * as PieceTree from './PieceTree'

const random = (length: number) => {
  const data = new Uint8Array(length)
  // `getRandomValues` fills at most 64 KiB.
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536))
  return data
}

const hashOf = async (data: Uint8Array) => PayloadTree.dataHash(await PayloadTree.build(data))

/** The payload, appended in chunks of `step` bytes. */
async function grown(data: Uint8Array, step = 10_007) {
  const growing = await PieceTree.grow()
  for (let at = 0; at < data.length; at += step) growing.append(data.subarray(at, at + step))
  return growing
}

const pieceOf = (data: Uint8Array, index: number) => {
  const { start, end } = PieceTree.rangeOf(index, data.length)
  return data.subarray(start, end)
}

const lengths = [0, 1, 31, 32, 33, 188, 4_096, 16_383, 16_384, 16_385, 32_768, 50_000, 16_384 * 5, 150_001]

describe('PieceTree', () => {
  it.each(lengths)('computes the same hash as PayloadTree for a payload of %i bytes', async (length) => {
    const data = random(length)
    expect((await grown(data)).prefixHash()).toBe(await hashOf(data))
  })

  it('computes the same hash as PayloadTree for every prefix of a growing payload', async () => {
    const data = random(60_000)
    const growing = await PieceTree.grow()
    for (let at = 0; at < data.length; at += 3_760) {
      growing.append(data.subarray(at, at + 3_760))
      expect(growing.prefixHash()).toBe(await hashOf(data.subarray(0, growing.length)))
    }
  })

  it.each(lengths)('proves every piece of a payload of %i bytes', async (length) => {
    const data = random(length)
    const growing = await grown(data)
    const [dataHash, roots] = [growing.prefixHash(), growing.roots()]
    expect(roots).toHaveLength(PieceTree.count(length))
    for (const [index, root] of roots.entries()) {
      const path = await PieceTree.prove(roots, index)
      expect(await PieceTree.verify({ dataHash, length, index, data: pieceOf(data, index), path })).toEqual(root)
      expect(await PieceTree.rootOf(pieceOf(data, index), length)).toEqual(root)
    }
    expect(await PieceTree.hashOf(roots, length)).toBe(dataHash)
  })

  it('refuses a piece if its bytes, its place, the length of the payload or the path is wrong', async () => {
    const data = random(100_000)
    const growing = await grown(data)
    const [dataHash, roots] = [growing.prefixHash(), growing.roots()]
    const [piece, path] = [pieceOf(data, 2), await PieceTree.prove(roots, 2)]
    const right = { dataHash, length: data.length, index: 2, data: piece, path }
    expect(await PieceTree.verify(right)).toBeDefined()
    const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 1)
    const wrong = {
      'the first byte': { data: flipped(piece, 0) },
      'the last byte': { data: flipped(piece, piece.length - 1) },
      'a byte too few': { data: piece.subarray(1) },
      'the place': { index: 3 },
      'a place outside': { index: 7 },
      'a negative place': { index: -1 },
      'no place': { index: Number.NaN },
      'the length': { length: data.length - 1 },
      'the path': { path: flipped(path, 40) },
      'a hash too few': { path: path.subarray(32) },
      'a hash too many': { path: Uint8Array.of(...path, ...path.subarray(32)) },
    }
    for (const [name, change] of Object.entries(wrong))
      expect(await PieceTree.verify({ ...right, ...change }), name).toBeUndefined()
  })

  it('does not change the root of a complete piece when more bytes arrive', async () => {
    const data = random(90_000)
    const growing = await PieceTree.grow()
    growing.append(data.subarray(0, 40_000))
    const early = growing.roots()
    growing.append(data.subarray(40_000))
    const late = growing.roots()
    expect(late.slice(0, 2)).toEqual(early.slice(0, 2))
    // The third piece was incomplete before.
    expect(late[2]).not.toEqual(early[2])
  })

  it('has no path for a piece that does not exist', async () => {
    const roots = (await grown(random(20_000))).roots()
    await expect(PieceTree.prove(roots, 2)).rejects.toThrow(PieceTree.NoSuchPieceError)
  })
})
