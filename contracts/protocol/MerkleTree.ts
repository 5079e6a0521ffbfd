import { concatHex, encodeAbiParameters, type Hex, keccak256, zeroHash } from 'viem'
import { ProtocolError } from './errors'

/**
 * The tree of a claim. Leaves are double-hashed, so that no inner node passes as a leaf, and bound to their index, so
 * that a proof for one place is none for another. Zero-padded to a power of two; pairs are ordered by index.
 */
export type MerkleTree = { levels: readonly (readonly Hex[])[] }

/** Throws `EmptyError` without receipts. */
export function build(receiptHashes: readonly Hex[]): MerkleTree {
  if (receiptHashes.length === 0) throw new EmptyError()
  let level: Hex[] = receiptHashes.map((hash, index) => leaf({ index, hash }))
  while (level.length & (level.length - 1)) level.push(zeroHash)
  const levels = [level]
  while (level.length > 1) {
    const below = level
    level = Array.from({ length: below.length / 2 }, (_, index) =>
      keccak256(concatHex([below[2 * index] as Hex, below[2 * index + 1] as Hex])),
    )
    levels.push(level)
  }
  return { levels }
}

export const root = (tree: MerkleTree): Hex => tree.levels.at(-1)?.[0] as Hex

export const leaf = ({ index, hash }: { index: number; hash: Hex }): Hex =>
  keccak256(keccak256(encodeAbiParameters([{ type: 'uint256' }, { type: 'bytes32' }], [BigInt(index), hash])))

/** Siblings from the leaf up. Throws `NoSuchLeafError`. */
export function prove(tree: MerkleTree, index: number): Hex[] {
  const leaves = tree.levels[0]?.length ?? 0
  if (!Number.isInteger(index) || index < 0 || index >= leaves) throw new NoSuchLeafError({ index, leaves })
  return tree.levels.slice(0, -1).map((level, depth) => level[(index >> depth) ^ 1] as Hex)
}

/** Whether `hash` is the receipt at `index` under `root`. */
export function verify(proof: { root: Hex; index: number; hash: Hex; siblings: readonly Hex[] }): boolean {
  if (proof.index >= 2 ** proof.siblings.length) return false
  const top = proof.siblings.reduce<Hex>(
    (below, sibling, depth) => keccak256(concatHex((proof.index >> depth) & 1 ? [sibling, below] : [below, sibling])),
    leaf(proof),
  )
  return top === proof.root
}

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
