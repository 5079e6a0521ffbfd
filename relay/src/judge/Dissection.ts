import { concat, type Hex, keccak256 } from 'viem'

/**
 * Divides steps of a machine into 32 equal parts: the hashes of the state before them, and of the states after each part. The contract stores
 * only the root of a tree whose leaves are the parts. See contracts/src/types/Dissection.sol.
 */
export type Dissection = { start: Hex; ends: readonly Hex[] }

/** A part with its proof, as the contract gets it. */
export type Part = { index: bigint; start: Hex; end: Hex; siblings: Siblings }

type Siblings = readonly [Hex, Hex, Hex, Hex, Hex]

export const partCount = 32

export const root = (dissection: Dissection): Hex => levels(dissection).at(-1)?.[0] as Hex

export function part(dissection: Dissection, index: number): Part {
  const siblings = levels(dissection)
    .slice(0, -1)
    .map((nodes, level) => nodes[(index >> level) ^ 1])
  return { index: BigInt(index), ...boundsOf(dissection, index), siblings: siblings as unknown as Siblings }
}

const boundsOf = ({ start, ends }: Dissection, index: number) => ({
  start: index === 0 ? start : (ends[index - 1] as Hex),
  end: ends[index] as Hex,
})

/** The tree from the parts up to the root. */
function levels(dissection: Dissection): Hex[][] {
  const hash = (left: Hex, right: Hex) => keccak256(concat([left, right]))
  const parts = dissection.ends.map((_, index) => {
    const { start, end } = boundsOf(dissection, index)
    return hash(start, end)
  })
  const all = [parts]
  for (let nodes = parts; nodes.length > 1; all.push(nodes))
    nodes = Array.from({ length: nodes.length / 2 }, (_, at) => hash(nodes[2 * at] as Hex, nodes[2 * at + 1] as Hex))
  return all
}
