import { keccak256, toHex } from 'viem'
import { describe, expect, it } from 'vitest'
import * as MerkleTree from './MerkleTree'

const hashes = (count: number) => Array.from({ length: count }, (_, index) => keccak256(toHex(index)))

describe('MerkleTree', () => {
  it.each([1, 2, 3, 5, 8, 13])('proves each of %i receipts at its own index only', (count) => {
    const receipts = hashes(count)
    const tree = MerkleTree.build(receipts)
    const root = MerkleTree.root(tree)
    receipts.forEach((hash, index) => {
      const siblings = MerkleTree.prove(tree, index)
      expect(MerkleTree.verify({ root, index, hash, siblings })).toBe(true)
      expect(MerkleTree.verify({ root, index: index ^ 1, hash, siblings })).toBe(false)
      expect(MerkleTree.verify({ root, index, hash: keccak256(hash), siblings })).toBe(false)
    })
  })

  it('does not take an inner node for a receipt', () => {
    const tree = MerkleTree.build(hashes(4))
    const inner = tree.levels[1]?.[0] ?? '0x'
    expect(
      MerkleTree.verify({
        root: MerkleTree.root(tree),
        index: 0,
        hash: inner,
        siblings: [tree.levels[1]?.[1] ?? '0x'],
      }),
    ).toBe(false)
  })

  it('refuses a claim without receipts and an index without receipt', () => {
    expect(() => MerkleTree.build([])).toThrow(MerkleTree.EmptyError)
    expect(() => MerkleTree.prove(MerkleTree.build(hashes(3)), 4)).toThrow(MerkleTree.NoSuchLeafError)
  })
})
