import { concatHex, encodeAbiParameters, type Hex, keccak256, zeroHash } from 'viem'
import { ProtocolError } from './errors'
import { maxDurationMs } from './Segment'

/**
 * The Merkle tree of a claim's receipts. The hash of every node also covers the total duration of the segments below it.
 * - A leaf is hashed twice. So an inner node is never valid as a leaf.
 * - A leaf's hash covers its index. So a proof for one index is not valid for another index.
 * - Empty nodes pad the leaves to a power of two. The two nodes of a pair are hashed in the order of their indexes.
 */
export type MerkleTree = { levels: readonly (readonly Node[])[] }

export type Node = { hash: Hex; durationMs: bigint }

export type Leaf = { receiptHash: Hex; durationMs: number }

const empty: Node = { hash: zeroHash, durationMs: 0n }

/** Throws `EmptyError` when there are no leaves. */
export function build(leaves: readonly Leaf[]): MerkleTree {
  if (leaves.length === 0) throw new EmptyError()
  let level = leaves.map((receipt, index) => leaf({ ...receipt, index }))
  while (level.length & (level.length - 1)) level.push(empty)
  const levels = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: below.length / 2 }, (_, index) =>
      parent(below[2 * index] as Node, below[2 * index + 1] as Node),
    )
    levels.push(level)
  }
  return { levels }
}

/** The claim's Merkle root, and the total duration of the claimed segments. */
export const root = (tree: MerkleTree): Node => tree.levels.at(-1)?.[0] as Node

export const leaf = ({ index, receiptHash, durationMs }: Leaf & { index: number }): Node => ({
  hash: keccak256(
    keccak256(
      encodeAbiParameters(
        [{ type: 'uint256' }, { type: 'bytes32' }, { type: 'uint256' }],
        [BigInt(index), receiptHash, BigInt(durationMs)],
      ),
    ),
  ),
  durationMs: BigInt(durationMs),
})

/** The siblings on the path from leaf `index` to the root. Throws `NoSuchLeafError`. */
export function prove(tree: MerkleTree, index: number): Node[] {
  const leaves = tree.levels[0]?.length ?? 0
  if (!Number.isInteger(index) || index < 0 || index >= leaves) throw new NoSuchLeafError({ index, leaves })
  return tree.levels.slice(0, -1).map((level, depth) => level[(index >> depth) ^ 1] as Node)
}

/**
 * Whether the tree with this `root` and `count` receipts has `receiptHash` at `index`, for a segment of `durationMs`.
 *
 * A node is refused if its duration is longer than `maxDurationMs` times the number of receipts below it. So the root's
 * duration exceeds the true duration by at most `maxDurationMs` for each receipt that the transcoder cannot prove.
 */
export function verify({
  root,
  count,
  index,
  siblings,
  ...receipt
}: Leaf & { root: Node; count: number; index: number; siblings: readonly Node[] }): boolean {
  if (index >= count || siblings.length !== Math.ceil(Math.log2(count))) return false
  const isTooLong = siblings.some(
    ({ durationMs }, level) =>
      durationMs > BigInt(maxDurationMs * leavesBelow({ place: (index >> level) ^ 1, level, count })),
  )
  const top = siblings.reduce<Node>(
    (below, sibling, level) => ((index >> level) & 1 ? parent(sibling, below) : parent(below, sibling)),
    leaf({ ...receipt, index }),
  )
  return !isTooLong && top.hash === root.hash && top.durationMs === root.durationMs
}

const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`

const parent = (left: Node, right: Node): Node => ({
  hash: keccak256(concatHex([left.hash, word(left.durationMs), right.hash, word(right.durationMs)])),
  durationMs: left.durationMs + right.durationMs,
})

const leavesBelow = ({ place, level, count }: { place: number; level: number; count: number }) =>
  Math.min(1 << level, Math.max(0, count - (place << level)))

export class EmptyError extends ProtocolError {
  override readonly name = 'MerkleTree.EmptyError'
  constructor() {
    super('A claim needs at least one receipt.')
  }
}

export class NoSuchLeafError extends ProtocolError {
  override readonly name = 'MerkleTree.NoSuchLeafError'
  constructor({ index, leaves }: { index: number; leaves: number }) {
    super('The claim has no receipt at this index.', { details: [`Index: ${index}`, `Leaves: ${leaves}`] })
  }
}
