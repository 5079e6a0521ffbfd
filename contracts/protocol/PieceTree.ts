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

/** Hashes a payload while the payload grows. Hashes each leaf once. */
export type Growing = {
  /** In bytes. */
  readonly length: number
  append(data: Uint8Array): void
  /** `PayloadTree.hash` of the bytes so far. Computes about one hash for each level of the tree. */
  prefixHash(): Hex
  /** The roots of all pieces of the bytes so far, 32 bytes each. */
  roots(): Uint8Array[]
}

/** Starts with an empty payload. */
export async function grow(): Promise<Growing> {
  const hasher = await loadHasher()
  const edge = createEdge(hasher)
  return {
    get length() {
      return edge.length
    },
    append: edge.append,
    prefixHash: () => hasher.dataHash(edge.length, edge.root(treeDepth(edge.length))),
    roots() {
      const isLastWhole = edge.length > 0 && edge.length % pieceBytes === 0
      return isLastWhole ? [...edge.pieces] : [...edge.pieces, edge.root(depthOfPieces(edge.length))]
    },
  }
}

/**
 * The path of piece `index` in the payload with these roots: the siblings from the piece to the root of the tree, 32 bytes each. Throws
 * `NoSuchPieceError`.
 */
export async function prove(roots: readonly Uint8Array[], index: number): Promise<Uint8Array> {
  if (!roots[index]) throw new NoSuchPieceError({ index, pieces: roots.length })
  const hasher = await loadHasher()
  const siblings: Uint8Array[] = []
  let level = roots
  for (let depth = pieceDepth, at = index; level.length > 1; depth++, at >>= 1) {
    const zero = hasher.zero(depth)
    siblings.push(level[at ^ 1] ?? zero)
    level = parents(level, zero, hasher)
  }
  const path = new Uint8Array(siblings.length * leafBytes)
  for (const [position, sibling] of siblings.entries()) path.set(sibling, position * leafBytes)
  return path
}

/** The root of a piece. `data`: all bytes of the piece. `length`: the length of the whole payload. */
export async function rootOf(data: Uint8Array, length: number): Promise<Uint8Array> {
  const edge = createEdge(await loadHasher())
  edge.append(data)
  return edge.root(depthOfPieces(length))
}

/** `PayloadTree.hash` of the payload whose pieces have these roots. `length`: the length of the payload. */
export async function hashOf(roots: readonly Uint8Array[], length: number): Promise<Hex> {
  const hasher = await loadHasher()
  let level = roots
  for (let depth = pieceDepth; level.length > 1; depth++) level = parents(level, hasher.zero(depth), hasher)
  return hasher.dataHash(length, level[0] as Uint8Array)
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
  const root = await rootOf(data, length)
  let node = root
  for (let at = index, offset = 0; offset < path.length; at >>= 1, offset += leafBytes) {
    const sibling = path.subarray(offset, offset + leafBytes)
    node = at & 1 ? hasher.pair(sibling, node) : hasher.pair(node, sibling)
  }
  return hasher.dataHash(length, node) === dataHash ? root : undefined
}

/** The level above `level`. `zero`: a node of `level` that has no byte of the payload below it. */
const parents = (level: readonly Uint8Array[], zero: Uint8Array, hasher: Hasher): Uint8Array[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, pair) =>
    hasher.pair(level[2 * pair] as Uint8Array, level[2 * pair + 1] ?? zero),
  )

/** The depth of the smallest tree whose leaves contain the payload. This tree has 2^depth leaves. */
const treeDepth = (length: number): number => Math.ceil(Math.log2(Math.max(1, Math.ceil(length / leafBytes))))

/** The depth of the subtree of a piece. It is smaller than `pieceDepth` if the whole payload is shorter than a piece. */
const depthOfPieces = (length: number): number => Math.min(pieceDepth, treeDepth(length))

/** The right edge of a tree that grows. */
function createEdge(hasher: Hasher) {
  /** `waiting[depth]`: the root of a complete subtree of 2^depth leaves whose right neighbour is not complete yet. */
  const waiting: (Uint8Array | undefined)[] = []
  const pieces: Uint8Array[] = []
  const leaf = new Uint8Array(leafBytes)
  let length = 0

  function push(complete: Uint8Array): void {
    let [node, depth] = [complete, 0]
    for (let left = waiting[0]; left; left = waiting[depth]) {
      waiting[depth] = undefined
      node = hasher.pair(left, node)
      depth++
      if (depth === pieceDepth) pieces.push(node)
    }
    waiting[depth] = node
  }

  return {
    /** The roots of the complete pieces. */
    pieces,
    get length() {
      return length
    },
    append(data: Uint8Array): void {
      for (let at = 0; at < data.length; ) {
        const held = length % leafBytes
        const taken = data.subarray(at, at + leafBytes - held)
        leaf.set(taken, held)
        at += taken.length
        length += taken.length
        if (length % leafBytes === 0) push(leaf.slice())
      }
    },
    /** The root of the subtree of 2^depth leaves that contains the last byte. Zeros fill this subtree after the last byte. */
    root(depth: number): Uint8Array {
      const inLeaf = length % leafBytes
      let node: Uint8Array | undefined = inLeaf > 0 ? new Uint8Array(leafBytes) : undefined
      node?.set(leaf.subarray(0, inLeaf))
      for (let level = 0; level < depth; level++) {
        const left = waiting[level]
        if (left) node = hasher.pair(left, node ?? hasher.zero(level))
        else if (node) node = hasher.pair(node, hasher.zero(level))
      }
      return node ?? waiting[depth] ?? hasher.zero(depth)
    },
  }
}

type Hasher = {
  pair(left: Uint8Array, right: Uint8Array): Uint8Array
  /** The root of 2^depth leaves of zeros. */
  zero(depth: number): Uint8Array
  dataHash(length: number, root: Uint8Array): Hex
}

let loading: Promise<Hasher> | undefined

function loadHasher(): Promise<Hasher> {
  loading ??= Keccak.load().then((keccak) => {
    const zeros: Uint8Array[] = [new Uint8Array(leafBytes)]
    const both = new Uint8Array(2 * leafBytes)
    const pair = (left: Uint8Array, right: Uint8Array): Uint8Array => {
      both.set(left)
      both.set(right, leafBytes)
      return keccak(both)
    }
    const zero = (depth: number): Uint8Array => {
      for (let level = zeros.length; level <= depth; level++)
        zeros.push(pair(zeros[level - 1] as Uint8Array, zeros[level - 1] as Uint8Array))
      return zeros[depth] as Uint8Array
    }
    const dataHash = (length: number, root: Uint8Array): Hex => {
      const bytes = new Uint8Array(8 + leafBytes)
      new DataView(bytes.buffer).setBigUint64(0, BigInt(length))
      bytes.set(root, 8)
      return bytesToHex(keccak(bytes))
    }
    return { pair, zero, dataHash }
  })
  return loading
}

export class NoSuchPieceError extends ProtocolError {
  override readonly name = 'PieceTree.NoSuchPieceError'
  constructor({ index, pieces }: { index: number; pieces: number }) {
    super('The payload has no such piece.', { details: [`Piece: ${index}`, `Pieces: ${pieces}`] })
  }
}
