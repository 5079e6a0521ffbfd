import { keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import * as AllocationTree from './AllocationTree'

const allocations = (count: number): AllocationTree.Allocation[] =>
  Array.from({ length: count }, (_, index) => ({
    account: toHex(index + 1, { size: 20 }),
    amount: 10n ** 18n + BigInt(index),
  }))

describe('AllocationTree', () => {
  it.each([1, 2, 3, 5, 8, 13])(
    'proves each of %i allocations only at its own index, for its own account and amount',
    (count) => {
      const list = allocations(count)
      const tree = AllocationTree.build(list)
      const root = AllocationTree.root(tree)
      list.forEach((allocation, index) => {
        const proof = { ...allocation, root, count, index, siblings: AllocationTree.prove(tree, index) }
        expect(AllocationTree.verify(proof)).toBe(true)
        expect(AllocationTree.verify({ ...proof, index: index ^ 1 })).toBe(false)
        expect(AllocationTree.verify({ ...proof, account: zeroAddress })).toBe(false)
        expect(AllocationTree.verify({ ...proof, amount: allocation.amount + 1n })).toBe(false)
        expect(AllocationTree.verify({ ...proof, root: zeroHash })).toBe(false)
        expect(AllocationTree.verify({ ...proof, siblings: [...proof.siblings, zeroHash] })).toBe(false)
      })
    },
  )

  it('refuses padding and an index after the last allocation', () => {
    const tree = AllocationTree.build(allocations(3))
    const proof = { root: AllocationTree.root(tree), siblings: AllocationTree.prove(tree, 3) }
    expect(AllocationTree.verify({ ...proof, account: zeroAddress, amount: 0n, index: 3, count: 3 })).toBe(false)
    expect(AllocationTree.verify({ ...proof, account: zeroAddress, amount: 0n, index: 3, count: 4 })).toBe(false)
  })

  it('refuses an inner node as an allocation', () => {
    const { levels } = AllocationTree.build(allocations(4))
    const [inner, sibling] = levels[1] as [AllocationTree.AllocationTree['levels'][0][0], `0x${string}`]
    const [left, right] = levels[0] as [`0x${string}`, `0x${string}`]
    expect(keccak256(`${left}${right.slice(2)}`)).toBe(inner)
    const forged = { account: `0x${left.slice(26)}` as const, amount: BigInt(right) }
    const root = levels[2]?.[0] as `0x${string}`
    expect(AllocationTree.verify({ ...forged, root, count: 2, index: 0, siblings: [sibling] })).toBe(false)
  })

  it('refuses an empty list', () => {
    expect(() => AllocationTree.build([])).toThrow(AllocationTree.EmptyError)
  })
})
