import { Keccak } from '@lp/contracts/protocol'
import { bytesToHex, type Hex } from 'viem'
import { memoryTree } from './memoryTree'
import { type Pages, pagesOf, type Region } from './Pages'
import { Status } from './Status'

/** The whole state of a machine between two steps. It never changes, so states can share pages. */
export type State = {
  pc: number
  /** x0 to x31, as unsigned numbers. x0 is always 0. */
  registers: Uint32Array
  status: Status
  pages: Pages
}

/** The state before the first step: the registers are 0. Throws `Pages.OutsideMemoryError`. */
export const start = ({ regions, entry }: { regions: readonly Region[]; entry: number }): State => ({
  pc: entry,
  registers: new Uint32Array(32),
  status: Status.Running,
  pages: pagesOf(regions),
})

/**
 * The state without the memory, as the contract gets it: four words with pc, x1, …, x31, each with 32 bits, the first in the highest bits.
 * The place of x0 is free, because x0 is always 0, so pc is there.
 */
export type Preimage = { memoryRoot: Hex; registers: readonly [bigint, bigint, bigint, bigint]; status: Status }

export async function preimage(state: State): Promise<Preimage> {
  const bytes = await encode(state)
  const word = (index: number) => BigInt(bytesToHex(bytes.subarray(32 * index, 32 * index + 32)))
  return {
    memoryRoot: bytesToHex(bytes.subarray(0, 32)),
    registers: [word(1), word(2), word(3), word(4)],
    status: state.status,
  }
}

/** The hash of the state that both parties of a dispute compare: keccak of memory root, registers and status. */
export async function hash(state: State): Promise<Hex> {
  const keccak = await Keccak.load()
  return bytesToHex(keccak(await encode(state)))
}

/** memoryRoot (32 bytes) ‖ pc, x1, …, x31 (4 bytes each, big-endian) ‖ status (32 bytes) */
async function encode({ pc, registers, status, pages }: State): Promise<Uint8Array> {
  const bytes = new Uint8Array(192)
  const view = new DataView(bytes.buffer)
  bytes.set((await memoryTree(pages)).root)
  view.setUint32(32, pc)
  for (let index = 1; index < 32; index++) view.setUint32(32 + 4 * index, registers[index] as number)
  view.setUint32(188, status)
  return bytes
}
