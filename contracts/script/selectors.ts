import { type AbiItem, bytesToBigInt, type Hex, hexToBytes, toFunctionSelector } from 'viem'

export type AbiError = Extract<AbiItem, { type: 'error' }>

const push1 = 0x60
const push4 = 0x63
const push32 = 0x7f
const shl = 0x1b

/** The first four bytes of the revert data of an error. */
export const selectorOf = ({ name, inputs }: AbiError): Hex =>
  toFunctionSelector({ type: 'function', name, inputs, outputs: [], stateMutability: 'pure' })

/** All selectors with which code can revert. Leaves out errors of other contracts that the code only passes on. */
export function selectorsIn(code: Hex): ReadonlySet<Hex> {
  const bytes = hexToBytes(code)
  const found = new Set<Hex>()
  /** Adds the selector of a 32-byte word in memory, if the rest of the word is zero. */
  const add = (word: bigint) => {
    if (BigInt.asUintN(224, word) === 0n) found.add(`0x${(word >> 224n).toString(16).padStart(8, '0')}`)
  }
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] as number
    if (opcode < push1 || opcode > push32) continue
    const end = at + opcode - push1 + 2
    const value = bytesToBigInt(bytes.subarray(at + 1, end))
    add(value)
    // Handwritten assembly reverts with the last four bytes of a word.
    if (opcode === push4) add(value << 224n)
    // The compiler pushes the bytes before the zeros, and shifts them to the left.
    if (bytes[end] === push1 && bytes[end + 2] === shl)
      add(BigInt.asUintN(256, value << BigInt(bytes[end + 1] as number)))
    at = end - 1
  }
  return found
}
