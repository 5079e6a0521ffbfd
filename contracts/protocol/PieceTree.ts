import { bytesToHex, type Hex } from 'viem'
import { ProtocolError } from './errors'
import * as Keccak from './Keccak'

/**
 * A payload is cut into pieces of 16 KiB. The last piece of a payload may be shorter. A piece has 512 leaves, so it is a whole subtree of
 * the `PayloadTree`: with the path of one piece, a receiver can check this piece without the other pieces.
 */
export const pieceBytes = 16_384

const leafBytes = 32
const pieceDepth = 9

/** The number of pieces of a payload. An empty payload has one empty piece. */
export const count = (length: number): number => Math.max(1, Math.ceil(length / pieceBytes))

/**
 * The position of a piece in a payload of `length` bytes. Byte `start` is the first byte of the piece, and byte `end` is the first
 * byte after the piece.
 */
export const rangeOf = (index: number, length: number): { start: number; end: number } => ({
  start: index * pieceBytes,
  end: Math.min(length, (index + 1) * pieceBytes),
})

/** The size of a piece's path in bytes, for a payload of `length` bytes. */
export const pathBytes = (length: number): number => (treeDepth(length) - depthOfPieces(length)) * leafBytes

/** Hashes a payload while the payload grows. Hashes each whole piece once, and the last piece each time that a hash is asked for. */
export type Growing = {
  /** In bytes. */
  readonly length: number
  append(data: Uint8Array): void
  /** `PayloadTree.hash` of the bytes so far. */
  prefixHash(): Hex
  /** The roots of all pieces of the bytes so far, 32 bytes each. */
  roots(): Uint8Array[]
}

/** Starts with an empty payload. */
export async function grow(): Promise<Growing> {
  const hasher = await loadHasher()
  /** The roots of the whole pieces. */
  const whole: Uint8Array[] = []
  const tail = new Uint8Array(pieceBytes)
  let length = 0

  function roots(): Uint8Array[] {
    const inTail = length - whole.length * pieceBytes
    const isLastWhole = length > 0 && inTail === 0
    return isLastWhole ? [...whole] : [...whole, hasher.root(tail.subarray(0, inTail), depthOfPieces(length))]
  }

  return {
    get length() {
      return length
    },
    append(data) {
      for (let at = 0; at < data.length; ) {
        const inTail = length % pieceBytes
        const taken = data.subarray(at, at + pieceBytes - inTail)
        tail.set(taken, inTail)
        at += taken.length
        length += taken.length
        if (length % pieceBytes === 0) whole.push(hasher.root(tail, pieceDepth))
      }
    },
    prefixHash: () => hasher.hashOf(roots(), length),
    roots,
  }
}

/**
 * The path of piece `index` in the payload with these roots: the siblings from the piece to the root of the tree, 32 bytes each. Throws
 * `NoSuchPieceError`.
 */
export async function prove(roots: readonly Uint8Array[], index: number): Promise<Uint8Array> {
  if (!roots[index]) throw new NoSuchPieceError({ index, pieces: roots.length })
  const { trees } = await loadHasher()
  const siblings: Uint8Array[] = []
  let level = roots
  for (let depth = pieceDepth, at = index; level.length > 1; depth++, at >>= 1) {
    const zero = trees.zero(depth)
    siblings.push(level[at ^ 1] ?? zero)
    level = parents(level, zero, trees)
  }
  const path = new Uint8Array(siblings.length * leafBytes)
  for (const [position, sibling] of siblings.entries()) path.set(sibling, position * leafBytes)
  return path
}

/** The root of a piece. `data`: all bytes of the piece. `length`: the length of the whole payload. */
export async function rootOf(data: Uint8Array, length: number): Promise<Uint8Array> {
  return (await loadHasher()).root(data, depthOfPieces(length))
}

/** `PayloadTree.hash` of the payload whose pieces have these roots. `length`: the length of the payload. */
export async function hashOf(roots: readonly Uint8Array[], length: number): Promise<Hex> {
  return (await loadHasher()).hashOf(roots, length)
}

/**
 * Checks a piece of the payload that has this `dataHash` and `length`. Returns the root of the piece, or `undefined` if the bytes or the
 * path are wrong. `data`: all bytes of the piece. `path`: the result of `prove`.
 */
export async function verify({
  dataHash,
  length,
  index,
  data,
  path,
}: {
  dataHash: Hex
  length: number
  index: number
  data: Uint8Array
  path: Uint8Array
}): Promise<Uint8Array | undefined> {
  const { start, end } = rangeOf(index, length)
  const isFormed = Number.isInteger(index) && index >= 0 && index < count(length)
  if (!isFormed || data.length !== end - start || path.length !== pathBytes(length)) return undefined
  const hasher = await loadHasher()
  const root = hasher.root(data, depthOfPieces(length))
  let node = root
  for (let at = index, offset = 0; offset < path.length; at >>= 1, offset += leafBytes) {
    const sibling = path.subarray(offset, offset + leafBytes)
    node = hasher.trees.above(at & 1 ? Keccak.joined(sibling, node) : Keccak.joined(node, sibling))
  }
  return hasher.dataHash(length, node) === dataHash ? root : undefined
}

/** The level above `level`. `zero`: a node of `level` that has no byte of the payload below it. */
const parents = (level: readonly Uint8Array[], zero: Uint8Array, trees: Keccak.Trees): Uint8Array[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, pair) =>
    trees.above(Keccak.joined(level[2 * pair] as Uint8Array, level[2 * pair + 1] ?? zero)),
  )

/** The depth of the smallest tree whose leaves contain the payload. This tree has 2^depth leaves. */
const treeDepth = (length: number): number => Math.ceil(Math.log2(Math.max(1, Math.ceil(length / leafBytes))))

/** The depth of the subtree of a piece. It is smaller than `pieceDepth` if the whole payload is shorter than a piece. */
const depthOfPieces = (length: number): number => Math.min(pieceDepth, treeDepth(length))

type Hasher = {
  trees: Keccak.Trees
  root: Keccak.Trees['root']
  dataHash(length: number, root: Uint8Array): Hex
  hashOf(roots: readonly Uint8Array[], length: number): Hex
}

let loading: Promise<Hasher> | undefined

function loadHasher(): Promise<Hasher> {
  loading ??= Promise.all([Keccak.load(), Keccak.loadTrees()]).then(([keccak, trees]) => {
    const dataHash = (length: number, root: Uint8Array): Hex => {
      const bytes = new Uint8Array(8 + leafBytes)
      new DataView(bytes.buffer).setBigUint64(0, BigInt(length))
      bytes.set(root, 8)
      return bytesToHex(keccak(bytes))
    }
    const hashOf = (roots: readonly Uint8Array[], length: number): Hex => {
      let level = roots
      for (let depth = pieceDepth; level.length > 1; depth++) level = parents(level, trees.zero(depth), trees)
      return dataHash(length, level[0] as Uint8Array)
    }
    return { trees, root: trees.root, dataHash, hashOf }
  })
  return loading
}

export class NoSuchPieceError extends ProtocolError {
  override readonly name = 'PieceTree.NoSuchPieceError'
  constructor({ index, pieces }: { index: number; pieces: number }) {
    super('The payload has no such piece.', { details: [`Piece: ${index}`, `Pieces: ${pieces}`] })
  }
}
