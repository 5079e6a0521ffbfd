import { keccak256, toHex, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import * as MerkleTree from './MerkleTree'

const leaves = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ receiptHash: keccak256(toHex(index)), durationMs: 1_900 + index }))

describe('MerkleTree', () => {
  it.each([1, 2, 3, 5, 8, 13])(
    'proves each of %i receipts only at its own index and with its own duration',
    (count) => {
      const receipts = leaves(count)
      const tree = MerkleTree.build(receipts)
      const root = MerkleTree.root(tree)
      expect(root.durationMs).toBe(receipts.reduce((sum, { durationMs }) => sum + BigInt(durationMs), 0n))
      receipts.forEach((receipt, index) => {
        const proof = { ...receipt, root, count, index, siblings: MerkleTree.prove(tree, index) }
        expect(MerkleTree.verify(proof)).toBe(true)
        expect(MerkleTree.verify({ ...proof, index: index ^ 1 })).toBe(false)
        expect(MerkleTree.verify({ ...proof, receiptHash: zeroHash })).toBe(false)
        expect(MerkleTree.verify({ ...proof, durationMs: receipt.durationMs + 1 })).toBe(false)
        expect(MerkleTree.verify({ ...proof, root: { ...root, durationMs: root.durationMs + 1n } })).toBe(false)
      })
    },
  )

  it('refuses an inner node as a receipt', () => {
    const tree = MerkleTree.build(leaves(4))
    const inner = tree.levels[1]?.[0] as MerkleTree.Node
    expect(
      MerkleTree.verify({
        ...{ root: MerkleTree.root(tree), count: 2, index: 0 },
        ...{ receiptHash: inner.hash, durationMs: Number(inner.durationMs) },
        siblings: [tree.levels[1]?.[1] as MerkleTree.Node],
      }),
    ).toBe(false)
  })

  it('refuses a node whose duration is above the maximum for the segments below the node', () => {
    const receipts = leaves(3)
    const [first, second] = receipts as [MerkleTree.Leaf, MerkleTree.Leaf]
    const prove = (durationMs: number, count: number) => {
      const tree = MerkleTree.build([first, { ...second, durationMs }])
      return MerkleTree.verify({
        ...{ ...first, count, index: 0, root: MerkleTree.root(tree), siblings: MerkleTree.prove(tree, 0) },
      })
    }
    expect(prove(6_000, 2)).toBe(true)
    expect(prove(6_001, 2)).toBe(false)
  })

  it('refuses a claim without receipts, and an index outside the tree', () => {
    expect(() => MerkleTree.build([])).toThrow(MerkleTree.EmptyError)
    expect(() => MerkleTree.prove(MerkleTree.build(leaves(3)), 4)).toThrow(MerkleTree.NoSuchLeafError)
  })
})
