import { type Address, concatHex, type Hex, keccak256, pad, toHex, zeroHash } from 'viem'
import { ProtocolError } from './errors'

/**
 * The Merkle tree of the LPT that accounts can claim after the genesis.
 * - A leaf is hashed twice. So an inner node is never valid as a leaf.
 * - A leaf's hash covers its index. So a proof for one index is not valid for another index.
 * - Empty nodes pad the leaves to a power of two. The two nodes of a pair are hashed in the order of their indexes.
 */
export type AllocationTree = { levels: readonly (readonly Hex[])[] }

/** `amount` is in units of 10^-18 LPT. */
export type Allocation = { account: Address; amount: bigint }

/** Throws `EmptyError` when there are no allocations. */
export function build(allocations: readonly Allocation[]): AllocationTree {
  if (allocations.length === 0) throw new EmptyError()
  let level = allocations.map((allocation, index) => leaf({ ...allocation, index }))
  while (level.length & (level.length - 1)) level.push(zeroHash)
  const levels = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: below.length / 2 }, (_, index) =>
      parent(below[2 * index] as Hex, below[2 * index + 1] as Hex),
    )
    levels.push(level)
  }
  return { levels }
}

export const root = ({ levels }: AllocationTree): Hex => levels.at(-1)?.[0] as Hex

export const leaf = ({ index, account, amount }: Allocation & { index: number }): Hex =>
  keccak256(keccak256(concatHex([toHex(index, { size: 32 }), pad(account, { size: 32 }), toHex(amount, { size: 32 })])))

/** The siblings on the path from leaf `index`, which must exist, to the root. */
export const prove = ({ levels }: AllocationTree, index: number): Hex[] =>
  levels.slice(0, -1).map((level, depth) => level[(index >> depth) ^ 1] as Hex)

/** Whether the tree with this `root` and `count` allocations has the allocation at `index`. */
export function verify({
  root,
  count,
  index,
  siblings,
  ...allocation
}: Allocation & { root: Hex; count: number; index: number; siblings: readonly Hex[] }): boolean {
  if (index >= count || siblings.length !== Math.ceil(Math.log2(count))) return false
  const top = siblings.reduce<Hex>(
    (node, sibling, level) => ((index >> level) & 1 ? parent(sibling, node) : parent(node, sibling)),
    leaf({ ...allocation, index }),
  )
  return top === root
}

const parent = (left: Hex, right: Hex): Hex => keccak256(concatHex([left, right]))

export class EmptyError extends ProtocolError {
  override readonly name = 'AllocationTree.EmptyError'
  constructor() {
    super('There are no allocations.')
  }
}
