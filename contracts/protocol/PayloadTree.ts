import { bytesToHex, type Hex, hexToBytes, keccak256 } from 'viem'
import { ProtocolError } from './errors'
import * as Keccak from './Keccak'
import * as PieceTree from './PieceTree'

/**
 * Binary keccak Merkle tree of a payload. A leaf has 32 bytes. Leaves of zeros pad the tree to a power of two. If the
 * payload has 4 KiB, the root equals the BMT root of a Swarm chunk with the same bytes. `dataHash = keccak(uint64 length ‖ root)`.
 */
export type PayloadTree = {
  length: number
  /** The levels from the leaves (the padded payload) to the root (32 bytes). Each level is a sequence of 32-byte nodes. */
  levels: readonly Uint8Array[]
}

const leafBytes = 32
const encodeLength = (length: number) => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length))
  return bytes
}

/** Builds the whole tree. If `data` is empty, the tree is one zero leaf. */
export async function build(data: Uint8Array): Promise<PayloadTree> {
  const trees = await Keccak.loadTrees()
  let leaves = 1
  while (leaves * leafBytes < data.length) leaves *= 2
  const padded = new Uint8Array(leaves * leafBytes)
  padded.set(data)
  const levels = [padded]
  // In one level, all nodes that have only padding below them are equal. So they are not hashed.
  let used = Math.max(1, Math.ceil(data.length / leafBytes))
  for (let level = padded; level.length > leafBytes; ) {
    used = Math.ceil(used / 2)
    const next = new Uint8Array(level.length / 2)
    next.set(trees.above(level.subarray(0, 2 * used * leafBytes)))
    const zero = trees.zero(levels.length)
    for (let offset = used * leafBytes; offset < next.length; offset += leafBytes) next.set(zero, offset)
    levels.push(next)
    level = next
  }
  return { length: data.length, levels }
}

export const root = (tree: PayloadTree): Hex => bytesToHex(tree.levels.at(-1) as Uint8Array)

/** The hash that names a payload in signatures, receipts, storage and challenges. */
export const dataHash = (tree: PayloadTree): Hex =>
  keccak256(Keccak.joined(encodeLength(tree.length), tree.levels.at(-1) as Uint8Array))

/** The `dataHash` of `data`. Keeps no level of the tree in memory. */
export async function hash(data: Uint8Array): Promise<Hex> {
  const growing = await PieceTree.grow()
  growing.append(data)
  return growing.prefixHash()
}

/** The siblings on the path from leaf `index` to the root. Throws `NoSuchLeafError`. */
export function prove(tree: PayloadTree, index: number): Hex[] {
  const leaves = (tree.levels[0] as Uint8Array).length / leafBytes
  if (!Number.isInteger(index) || index < 0 || index >= leaves) throw new NoSuchLeafError({ index, leaves })
  return tree.levels.slice(0, -1).map((level, depth) => {
    const sibling = (index >> depth) ^ 1
    return bytesToHex(level.subarray(sibling * leafBytes, (sibling + 1) * leafBytes))
  })
}

/** Whether the payload with this `dataHash` and `length` (bytes) has `leaf` at `index`. */
export function verify({
  dataHash,
  length,
  leaf,
  index,
  proof,
}: {
  dataHash: Hex
  length: number
  leaf: Hex
  index: number
  proof: readonly Hex[]
}): boolean {
  // The length determines the depth of the leaves. So neither an inner node nor padding is ever valid as a leaf.
  const leaves = Math.max(1, Math.ceil(length / leafBytes))
  if (proof.length !== Math.ceil(Math.log2(leaves)) || index < 0 || index >= leaves) return false
  const node = proof.reduce<Uint8Array>((below, sibling, depth) => {
    const other = hexToBytes(sibling)
    return keccak256((index >> depth) & 1 ? Keccak.joined(other, below) : Keccak.joined(below, other), 'bytes')
  }, hexToBytes(leaf))
  return keccak256(Keccak.joined(encodeLength(length), node)) === dataHash
}

export class NoSuchLeafError extends ProtocolError {
  override readonly name = 'PayloadTree.NoSuchLeafError'
  constructor({ index, leaves }: { index: number; leaves: number }) {
    super('The payload has no such leaf.', { details: [`Leaf: ${index}`, `Leaves: ${leaves}`] })
  }
}
