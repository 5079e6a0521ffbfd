import { Keccak, PayloadTree, Verdict } from '@lp/contracts/protocol'
import { bytesToHex, type Hex, hexToBytes } from 'viem'
import * as Facts from './Facts'
import { layout, partDepth } from './layout'
import { concat, memoryDepth, zeroRoots } from './memoryTree'
import * as State from './State'
import { Status } from './Status'

/** The root of the part of the memory that holds the image which contracts/judge/program/build.sh builds. */
export const programRoot: Hex = '0x96c6d3d5b72290137c172edf2098947d9fc84b2a905acf50da8e5f60e99cbdaf'

/** The `PayloadTree.hash` of the image. A relay serves the image under this name. */
export const imageHash: Hex = '0xf3b89ebc66df3e5335a5a3b108bebe12d4585c81c019ef692b8be09f6a95ae43'

/** The state before the first step. Throws `Pages.OutsideMemoryError`. */
export const start = ({
  image,
  source,
  rendition,
  facts,
}: {
  image: Uint8Array
  source: Uint8Array
  rendition: Uint8Array
  facts: Facts.Facts
}): State.State =>
  State.start({
    regions: [
      { address: layout.program, bytes: image },
      { address: layout.facts, bytes: Facts.encode(facts) },
      { address: layout.source, bytes: source },
      { address: layout.rendition, bytes: rendition },
    ],
    entry: layout.entry,
  })

/**
 * The root of the memory before the first step, from the roots of its parts, as the chain computes it. `source`, `rendition`: the roots of
 * the payloads' trees; their lengths are in `facts`.
 */
export async function firstMemoryRoot({
  program = programRoot,
  source,
  rendition,
  facts,
}: {
  program?: Hex
  source: Hex
  rendition: Hex
  facts: Facts.Facts
}): Promise<Hex> {
  const keccak = await Keccak.load()
  const part = (root: Hex, bytes: number) =>
    raise(keccak, { root: hexToBytes(root), from: depthOf(bytes), to: partDepth })
  const encoded = Facts.encode(facts)
  const own = part(PayloadTree.root(await PayloadTree.build(encoded)), encoded.length)
  const payloads = pair(keccak, part(source, facts.sourceBytes), part(rendition, facts.renditionBytes))
  const root = pair(keccak, pair(keccak, hexToBytes(program), own), payloads)
  return bytesToHex(raise(keccak, { root, from: partDepth + 2, to: memoryDepth }))
}

/** The depth of a payload's tree. */
const depthOf = (bytes: number) => Math.ceil(Math.log2(Math.max(1, Math.ceil(bytes / 32))))

/** The root of the part that holds this image. It is `programRoot` if the image is the right one. */
export async function rootOf(image: Uint8Array): Promise<Hex> {
  const root = hexToBytes(PayloadTree.root(await PayloadTree.build(image)))
  return bytesToHex(raise(await Keccak.load(), { root, from: depthOf(image.length), to: partDepth }))
}

/** The root of a higher tree, whose first leaves are those of the tree with this root, and whose other leaves are zeros. */
function raise(keccak: Keccak.Keccak, { root, from, to }: { root: Uint8Array; from: number; to: number }): Uint8Array {
  const zeros = zeroRoots(keccak)
  let node = root
  for (let depth = from; depth < to; depth++) node = pair(keccak, node, zeros[depth] as Uint8Array)
  return node
}

const pair = (keccak: Keccak.Keccak, left: Uint8Array, right: Uint8Array) => keccak(concat(left, right))

/** The reasons that the program gives for its verdict, as `Finding` of the room `check` names them. */
export type Code = (typeof codes)[number]
const codes = ['source-refused', 'receipt', 'malformed', 'size', 'timestamps', 'picture', 'sound'] as const

/**
 * The verdict of a state in which the program has ended. A program that traps, or that has not ended, gives no verdict of its own: nobody can
 * be convicted then, so the segment counts as one that no transcoder can process.
 */
export function resultOf({ status, registers }: State.State): { verdict: Verdict.Verdict; codes: Code[] } {
  const [a0, a1] = [registers[10] as number, registers[11] as number]
  if (status !== Status.Exited) return { verdict: 'InputInvalid', codes: [] }
  return { verdict: Verdict.fromNumber(a0) ?? 'InputInvalid', codes: codes.filter((_, bit) => (a1 >> bit) & 1) }
}
