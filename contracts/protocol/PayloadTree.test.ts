import { concatHex, keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import * as PayloadTree from './PayloadTree'

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const at = (data: Uint8Array, index: number) => {
  const leaf = new Uint8Array(32)
  leaf.set(data.subarray(index * 32, index * 32 + 32))
  return toHex(leaf)
}

describe('PayloadTree', () => {
  it('computes the root by hashing the leaves in pairs, and then the hashes of the pairs in pairs', async () => {
    const data = random(100)
    const leaves = [0, 1, 2, 3].map((index) => at(data, index))
    const pair = (a: number, b: number) => keccak256(concatHex([leaves[a] ?? '0x', leaves[b] ?? '0x']))
    expect(PayloadTree.root(await PayloadTree.build(data))).toBe(keccak256(concatHex([pair(0, 1), pair(2, 3)])))
  })

  it.each([0, 1, 32, 33, 1000, 4096, 60_001])(
    'proves the first, the middle and the last leaf of a payload of %i bytes',
    async (length) => {
      const data = random(length)
      const tree = await PayloadTree.build(data)
      const dataHash = PayloadTree.dataHash(tree)
      const leaves = Math.max(1, Math.ceil(length / 32))
      for (const index of new Set([0, leaves >> 1, leaves - 1])) {
        const proof = PayloadTree.prove(tree, index)
        expect(PayloadTree.verify({ dataHash, length, leaf: at(data, index), index, proof })).toBe(true)
        expect(PayloadTree.verify({ dataHash, length: length + 1, leaf: at(data, index), index, proof })).toBe(false)
        expect(PayloadTree.verify({ dataHash, length, leaf: toHex(random(32)), index, proof })).toBe(false)
        expect(
          PayloadTree.verify({ dataHash, length, leaf: at(data, index), index: index + 2 ** proof.length, proof }),
        ).toBe(false)
      }
    },
  )

  it('refuses an inner node as a leaf', async () => {
    const tree = await PayloadTree.build(random(128))
    const [leaf, sibling] = [0, 1].map((index) =>
      toHex((tree.levels[1] ?? new Uint8Array()).slice(index * 32, index * 32 + 32)),
    )
    const claim = {
      dataHash: PayloadTree.dataHash(tree),
      length: 128,
      index: 0,
      leaf: leaf ?? '0x',
      proof: [sibling ?? '0x'],
    }
    expect(PayloadTree.verify(claim)).toBe(false)
  })

  it('refuses to prove a leaf that does not exist', async () => {
    expect(() => PayloadTree.prove({ length: 1, levels: [new Uint8Array(32)] }, 1)).toThrow(PayloadTree.NoSuchLeafError)
  })
})
