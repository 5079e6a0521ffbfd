import { PayloadTree } from '@lp/contracts/protocol'
import { bytesToHex, concat, type Hex, keccak256, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { randomBytes, randomFrom } from '../../testbeds/fuzz'
import { memoryTree } from './memoryTree'
import { memoryBytes, OutsideMemoryError, pagesOf } from './Pages'

const parent = (left: Hex, right: Hex) => keccak256(concat([left, right]))
const levels = 24

/** The root to which a proof leads, computed as the contract computes it. */
const rootOf = (proof: readonly Uint8Array[], address: number) =>
  proof
    .map((node) => bytesToHex(node))
    .reduce((node, sibling, level) =>
      Math.floor(address / 32 / 2 ** (level - 1)) % 2 === 0 ? parent(node, sibling) : parent(sibling, node),
    )

describe('the tree of the memory', () => {
  it('has the root of 2^24 leaves of zeros if the memory is empty', async () => {
    let zero: Hex = zeroHash
    for (let level = 0; level < levels; level++) zero = parent(zero, zero)
    expect(bytesToHex((await memoryTree(new Map())).root)).toBe(zero)
  })

  it('has the root of a payload as a subtree', async () => {
    const payload = randomBytes(randomFrom(1), 5_000)
    const address = 0x60_0000
    const tree = await memoryTree(pagesOf([{ address, bytes: payload }]))
    // The payload has 256 leaves after padding, so its root is 8 levels above its leaves.
    let node: Hex = PayloadTree.root(await PayloadTree.build(payload))
    for (const [level, sibling] of tree.prove(address).slice(9).entries()) {
      const isRight = Math.floor(address / 32 / 2 ** (8 + level)) % 2 === 1
      node = isRight ? parent(bytesToHex(sibling), node) : parent(node, bytesToHex(sibling))
    }
    expect(node).toBe(bytesToHex(tree.root))
  })

  it.each([0, 0x1fe0, 0x2000, 0x7_0044, 0x1000_0000, memoryBytes - 4])('proves the leaf at %i', async (address) => {
    const random = randomFrom(2)
    const regions = [0, 0x1f00, 0x7_0000, memoryBytes - 100].map((start) => ({
      ...{ address: start, bytes: randomBytes(random, 100) },
    }))
    const tree = await memoryTree(pagesOf(regions))
    const proof = tree.prove(address)
    expect(proof).toHaveLength(levels + 1)
    expect(rootOf(proof, address)).toBe(bytesToHex(tree.root))
  })
})

describe('the memory of an image', () => {
  it('joins regions that share a page', async () => {
    const one = pagesOf([{ address: 4_000, bytes: new Uint8Array(200).fill(7) }])
    const halves = [4_000, 4_100].map((address) => ({ address, bytes: new Uint8Array(100).fill(7) }))
    expect([...pagesOf(halves)]).toEqual([...one])
  })

  it.each([
    [memoryBytes - 1, 2],
    [-1, 1],
    [0.5, 1],
  ])('refuses a region at %d with %i bytes', (address, length) => {
    expect(() => pagesOf([{ address, bytes: new Uint8Array(length) }])).toThrow(OutsideMemoryError)
  })
})
