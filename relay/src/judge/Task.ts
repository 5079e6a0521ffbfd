import { PayloadTree, ProtocolError } from '@lp/contracts/protocol'
import { bytesToHex, type Hex, hexToBytes, size } from 'viem'
import { memoryTree } from './memoryTree'
import { pagesOf, type Region } from './Pages'
import * as State from './State'

/** A program, and the inputs and options that the program reads. The contracts have the same type in contracts/src/types/Task.sol. */
export type Task = {
  /** The program, which is in the first 2²⁴ bytes of the memory before the first step. It starts at address 0. */
  program: readonly Region[]
  /** At most two payloads, of at most 2²⁴ bytes each. */
  inputs: readonly Uint8Array[]
  /** At most 30 words of 32 bytes. */
  options: readonly Hex[]
}

const maxInputs = 2
const maxOptions = 30
/** Before the first step, the memory begins with four parts of this length: the program, the words, and the two inputs. The rest is zeros. */
const partBytes = 2 ** 24
const partDepth = 19

/** Where the program finds its words: the lengths of the two inputs, and then the options. Each word has 32 bytes, the highest first. */
export const wordsAddress = partBytes

/** Where the program finds the first byte of an input. */
export const inputAddress = (index: number): number => (2 + index) * partBytes

/** From here to the end, the memory is zero before the first step. */
export const zerosAddress = inputAddress(maxInputs)

/** The state before the first step. Throws `TooLargeError`. */
export function firstState({ program, inputs, options }: Task): State.State {
  check({ program, inputs, options })
  const words = new Uint8Array(32 * (maxInputs + options.length))
  for (const [index, { length }] of inputs.entries()) new DataView(words.buffer).setUint32(32 * index + 28, length)
  for (const [index, option] of options.entries()) words.set(hexToBytes(option, { size: 32 }), 32 * (maxInputs + index))
  const regions = inputs.map((bytes, index) => ({ address: inputAddress(index), bytes }))
  return State.start({ entry: 0, regions: [...program, { address: wordsAddress, bytes: words }, ...regions] })
}

/** The task as the contract gets it. Throws `TooLargeError`. */
export async function encode(task: Task): Promise<EncodedTask> {
  check(task)
  const { root } = PayloadTree
  const input = async (bytes: Uint8Array = new Uint8Array()) => ({
    root: root(await PayloadTree.build(bytes)),
    length: BigInt(bytes.length),
  })
  const [first, second] = task.inputs
  return {
    program: await programRoot(task.program),
    inputs: [await input(first), await input(second)],
    options: task.options,
  }
}

type Input = { root: Hex; length: bigint }
export type EncodedTask = { program: Hex; inputs: readonly [Input, Input]; options: readonly Hex[] }

/** The root of the first part of the memory. It identifies the program. */
export async function programRoot(program: readonly Region[]): Promise<Hex> {
  const tree = await memoryTree(pagesOf(program))
  // The words are in the second part. After a leaf there come its siblings, and the one of this depth is the root of the first part.
  return bytesToHex(tree.prove(wordsAddress)[1 + partDepth] as Uint8Array)
}

function check({ program, inputs, options }: Task): void {
  const isInPart = ({ address, bytes }: Region) => address + bytes.length <= partBytes
  if (!program.every(isInPart)) throw new TooLargeError(`The program ends beyond the first ${partBytes} bytes.`)
  if (inputs.length > maxInputs) throw new TooLargeError(`There are ${inputs.length} inputs, at most ${maxInputs}.`)
  const largest = Math.max(0, ...inputs.map(({ length }) => length))
  if (largest > partBytes) throw new TooLargeError(`An input has ${largest} bytes, at most ${partBytes}.`)
  if (options.length > maxOptions)
    throw new TooLargeError(`There are ${options.length} options, at most ${maxOptions}.`)
  const wrong = options.find((option) => size(option) !== 32)
  if (wrong) throw new TooLargeError(`An option has ${size(wrong)} bytes instead of 32.`)
}

export class TooLargeError extends ProtocolError {
  override readonly name = 'Task.TooLargeError'
  constructor(reason: string) {
    super('The task does not fit into the memory of the machine. Use smaller inputs.', { details: [reason] })
  }
}
