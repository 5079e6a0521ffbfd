import { bytesToHex, type Hex } from 'viem'
import * as instruction from './instruction'
import { memoryTree } from './memoryTree'
import { memoryBytes } from './Pages'
import { type Preimage, preimage, type State } from './State'
import { Status } from './Status'
import { wordAt } from './wordAt'

/** What the contract needs to make one step: the arguments of `Machine.step` (contracts/src/interfaces/IMachine.sol). */
export type Witness = {
  state: Preimage
  /** Proof of the leaf that contains the instruction: the leaf, then its 24 siblings. Zeros if the step reads no instruction. */
  fetched: Proof
  /** Proof of the leaf that the instruction loads from, or stores to. Zeros if the step accesses no datum. */
  accessed: Proof
}

/** A tuple of 25 words, for viem. */
export type Proof = readonly [
  ...[Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex],
  ...[Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex, Hex],
]

/** The witness of the step that follows this state. */
export async function witness(state: State): Promise<Witness> {
  const tree = await memoryTree(state.pages)
  const prove = (address: number | undefined): Proof =>
    (address === undefined ? nothing : tree.prove(address).map((node) => bytesToHex(node))) as unknown as Proof
  return {
    state: await preimage(state),
    fetched: prove(fetchedFrom(state)),
    accessed: prove(accessedBy(state)),
  }
}

const nothing: readonly Hex[] = Array.from({ length: 25 }, () => bytesToHex(new Uint8Array(32)))

/** The address of the instruction. Undefined if the next step reads no instruction. */
function fetchedFrom({ pc, status }: State): number | undefined {
  return status === Status.Running && pc % 4 === 0 && pc < memoryBytes ? pc : undefined
}

/** The address that the next step loads from, or stores to. Undefined if it accesses no datum. */
function accessedBy(state: State): number | undefined {
  const pc = fetchedFrom(state)
  if (pc === undefined) return undefined
  const word = wordAt(state.pages, pc)
  const base = state.registers[instruction.rs1(word)] as number
  const kind = instruction.funct3(word)
  const opcode = instruction.opcodeOf(word)
  const isLoad = opcode === instruction.opcode.load
  if (!isLoad && opcode !== instruction.opcode.store) return undefined
  const offset = isLoad ? instruction.immediateI(word) : instruction.immediateS(word)
  const bytes = isLoad ? instruction.loadBytes(kind) : instruction.storeBytes(kind)
  const address = (base + offset) >>> 0
  return bytes && address % bytes === 0 && address < memoryBytes ? address : undefined
}
