import { keccak256 } from 'viem'
import { keccakModule, scratchAt } from './keccakModule'

/** keccak256 of bytes, as 32 bytes. */
export type Keccak = (bytes: Uint8Array) => Uint8Array<ArrayBuffer>

/** Hashes many nodes of a binary tree at once. A node has 32 bytes, and its hash is the keccak256 of its two children. */
export type Trees = {
  /** The level above the nodes. `nodes`: an even number of nodes. */
  above(nodes: Uint8Array): Uint8Array<ArrayBuffer>
  /** The root of 2^depth leaves: `bytes` in leaves of 32 bytes, then zeros. `bytes` has at most 32 · 2^depth bytes. */
  root(bytes: Uint8Array, depth: number): Uint8Array<ArrayBuffer>
  /** The root of 2^depth leaves of zeros. */
  zero(depth: number): Uint8Array
}

type Engine = { hash: Keccak; trees: Trees }
type Exports = {
  memory: WebAssembly.Memory
  pairs(from: number, to: number, count: number): void
  absorb(state: number, from: number, count: number): void
}

const nodeBytes = 32
const blockBytes = 136
const stateBytes = 200
/** The bytes to hash are copied here. The memory has one page of 64 KiB, so larger input comes in several parts. */
const inputAt = 2 * scratchAt
const maxBlocks = Math.floor((65_536 - inputAt) / blockBytes)
const maxInputNodes = 1_024

let loading: Promise<Engine> | undefined

/**
 * Compiles the WebAssembly once. If the browser has no WebAssembly, or a policy of the page forbids WebAssembly, noble's keccak in JavaScript
 * does the work. It takes many times as long.
 */
const engine = (): Promise<Engine> => {
  loading ??= compile().then(inWebAssembly, () => inJavaScript)
  return loading
}

export const load = async (): Promise<Keccak> => (await engine()).hash

export const loadTrees = async (): Promise<Trees> => (await engine()).trees

async function compile(): Promise<Exports> {
  const { instance } = await WebAssembly.instantiate(keccakModule())
  return instance.exports as Exports
}

function inWebAssembly({ memory, pairs, absorb }: Exports): Engine {
  const scratch = new Uint8Array(memory.buffer)

  /** As `Trees.above`, in place. */
  const raise = (count: number) => pairs(inputAt, inputAt, count)

  const hash: Keccak = (bytes) => {
    scratch.fill(0, scratchAt, scratchAt + stateBytes)
    const whole = Math.floor(bytes.length / blockBytes)
    for (let block = 0; block < whole; block += maxBlocks) {
      const count = Math.min(maxBlocks, whole - block)
      scratch.set(bytes.subarray(block * blockBytes, (block + count) * blockBytes), inputAt)
      absorb(scratchAt, inputAt, count)
    }
    const rest = bytes.subarray(whole * blockBytes)
    scratch.fill(0, inputAt + rest.length, inputAt + blockBytes)
    scratch.set(rest, inputAt)
    scratch[inputAt + rest.length] = 1
    scratch[inputAt + blockBytes - 1] = (scratch[inputAt + blockBytes - 1] as number) | 0x80
    absorb(scratchAt, inputAt, 1)
    return scratch.slice(scratchAt, scratchAt + nodeBytes)
  }

  const above: Trees['above'] = (nodes) => {
    const result = new Uint8Array(nodes.length / 2)
    for (let at = 0; at < nodes.length; at += maxInputNodes * nodeBytes) {
      const some = nodes.subarray(at, at + maxInputNodes * nodeBytes)
      scratch.set(some, inputAt)
      raise(some.length / (2 * nodeBytes))
      result.set(scratch.subarray(inputAt, inputAt + some.length / 2), at / 2)
    }
    return result
  }

  return { hash, trees: treesOf(above, { scratch, raise }) }
}

const inJavaScript: Engine = {
  hash: (bytes) => keccak256(bytes, 'bytes') as Uint8Array<ArrayBuffer>,
  trees: treesOf((nodes) => {
    const result = new Uint8Array(nodes.length / 2)
    for (let at = 0; at < result.length; at += nodeBytes)
      result.set(keccak256(nodes.subarray(2 * at, 2 * at + 2 * nodeBytes), 'bytes'), at)
    return result
  }),
}

/** `inPlace`: the memory in which a small tree can be raised from its leaves to its root without a copy of each level. */
function treesOf(
  above: Trees['above'],
  inPlace?: { scratch: Uint8Array<ArrayBuffer>; raise(count: number): void },
): Trees {
  const zeros = [new Uint8Array(nodeBytes)]
  const zero = (depth: number): Uint8Array<ArrayBuffer> => {
    while (zeros.length <= depth) {
      const below = zeros.at(-1) as Uint8Array
      const both = new Uint8Array(2 * nodeBytes)
      both.set(below)
      both.set(below, nodeBytes)
      zeros.push(above(both))
    }
    return zeros[depth] as Uint8Array<ArrayBuffer>
  }

  const root: Trees['root'] = (bytes, depth) => {
    // All nodes with only padding below them are equal, so we do not hash them again: a level ends behind its last byte.
    let used = Math.max(1, Math.ceil(bytes.length / nodeBytes))
    zero(depth)
    if (inPlace && used < maxInputNodes) {
      const { scratch, raise } = inPlace
      scratch.set(bytes, inputAt)
      scratch.fill(0, inputAt + bytes.length, inputAt + used * nodeBytes)
      for (let level = 0; level < depth; level++) {
        if (used % 2 === 1) scratch.set(zero(level), inputAt + used * nodeBytes)
        used = Math.ceil(used / 2)
        raise(used)
      }
      return scratch.slice(inputAt, inputAt + nodeBytes)
    }
    let nodes: Uint8Array<ArrayBuffer> = new Uint8Array(used * nodeBytes)
    nodes.set(bytes)
    for (let level = 0; level < depth; level++) {
      if (used % 2 === 1) nodes = joined(nodes, zero(level))
      nodes = above(nodes)
      used = Math.ceil(used / 2)
    }
    return nodes
  }
  return { above, root, zero }
}

/** The two byte strings, one after the other. */
export function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(left.length + right.length)
  bytes.set(left)
  bytes.set(right, left.length)
  return bytes
}
