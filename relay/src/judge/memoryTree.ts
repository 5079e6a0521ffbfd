import { Keccak } from '@lp/contracts/protocol'
import { type Page, type Pages, pageBytes } from './Pages'

/**
 * The keccak tree of the memory. Its leaves are the words of 32 bytes, as in `PayloadTree`: so a payload at an address that is a multiple of
 * its padded length is a subtree, and its root is known without its bytes.
 */
export type MemoryTree = {
  root: Uint8Array
  /** The leaf that contains this address, then the siblings from the leaf up to the root. */
  prove(address: number): Uint8Array[]
}

const leafBytes = 32
/** The levels above the leaves: in a page, and above the pages. */
const pageDepth = 7
const upperDepth = 17
const memoryDepth = pageDepth + upperDepth

type Level = ReadonlyMap<number, Uint8Array>

/** States share pages, and successive states often share all pages. So each page and each memory is hashed once. */
const rootsOfPages = new WeakMap<Page, Uint8Array>()
const levelsOfPages = new WeakMap<Page, Uint8Array[]>()
const trees = new WeakMap<Pages, MemoryTree>()

export async function memoryTree(pages: Pages): Promise<MemoryTree> {
  const known = trees.get(pages)
  if (known) return known
  const [keccak, hasher] = await Promise.all([Keccak.load(), Keccak.loadTrees()])
  const zeros = zeroRoots(keccak)
  const zero = (depth: number) => zeros[depth] as Uint8Array
  let level: Level = new Map([...pages].map(([number, page]) => [number, rootOfPage(page, hasher)]))
  const upper = [level]
  for (let depth = pageDepth; depth < memoryDepth; depth++) {
    level = parents(level, zero(depth), keccak)
    upper.push(level)
  }
  const tree: MemoryTree = {
    root: level.get(0) ?? zero(memoryDepth),
    prove(address) {
      const number = Math.floor(address / pageBytes)
      const page = pages.get(number)
      const leaf = Math.floor((address % pageBytes) / leafBytes)
      const inside = page ? levelsOfPage(page, hasher) : undefined
      const nodeInside = (depth: number, at: number) =>
        inside?.[depth]?.subarray(at * leafBytes, (at + 1) * leafBytes) ?? zero(depth)
      return [
        nodeInside(0, leaf),
        ...Array.from({ length: pageDepth }, (_, depth) => nodeInside(depth, (leaf >> depth) ^ 1)),
        ...Array.from(
          { length: upperDepth },
          (_, depth) => upper[depth]?.get((number >> depth) ^ 1) ?? zero(pageDepth + depth),
        ),
      ]
    },
  }
  trees.set(pages, tree)
  return tree
}

function parents(level: Level, zero: Uint8Array, keccak: Keccak.Keccak): Level {
  const above = new Map<number, Uint8Array>()
  for (const at of level.keys()) {
    const left = at & ~1
    if (!above.has(left >> 1))
      above.set(left >> 1, keccak(concat(level.get(left) ?? zero, level.get(left | 1) ?? zero)))
  }
  return above
}

function rootOfPage(page: Page, hasher: Keccak.Trees): Uint8Array {
  const root = rootsOfPages.get(page) ?? hasher.root(page, pageDepth)
  rootsOfPages.set(page, root)
  return root
}

function levelsOfPage(page: Page, hasher: Keccak.Trees): Uint8Array[] {
  const levels = levelsOfPages.get(page) ?? hashPage(page, hasher)
  levelsOfPages.set(page, levels)
  return levels
}

/** The levels of the page's tree: the page, and then 7 levels up to its root. Each level is a sequence of 32-byte nodes. */
function hashPage(page: Page, hasher: Keccak.Trees): Uint8Array[] {
  const levels: Uint8Array[] = [page]
  for (let depth = 0; depth < pageDepth; depth++) levels.push(hasher.above(levels[depth] as Uint8Array))
  return levels
}

let zeroCache: Uint8Array[] | undefined

/** For each depth, the root of a tree of this depth whose leaves are zero. */
function zeroRoots(keccak: Keccak.Keccak): Uint8Array[] {
  if (zeroCache) return zeroCache
  const zeros: Uint8Array[] = [new Uint8Array(leafBytes)]
  for (let depth = 0; depth < memoryDepth; depth++)
    zeros.push(keccak(concat(zeros[depth] as Uint8Array, zeros[depth] as Uint8Array)))
  zeroCache = zeros
  return zeros
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(2 * leafBytes)
  both.set(left)
  both.set(right, leafBytes)
  return both
}
