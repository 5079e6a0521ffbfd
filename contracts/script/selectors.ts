import { type AbiItem, bytesToBigInt, type Hex, hexToBytes, toFunctionSelector } from 'viem'

export type AbiError = Extract<AbiItem, { type: 'error' }>

const push1 = 0x60
const push4 = 0x63
const push32 = 0x7f
const shl = 0x1b

/** The selector of an error: the first four bytes of its revert data. */
export const selectorOf = ({ name, inputs }: AbiError): Hex =>
  toFunctionSelector({ type: 'function', name, inputs, outputs: [], stateMutability: 'pure' })

/** All error selectors that are constants in the code. A selector that the code gets from a called contract is not found. */
export function selectorsIn(code: Hex): ReadonlySet<Hex> {
  const bytes = hexToBytes(code)
  const found = new Set<Hex>()
  /** Adds the first four bytes of a 32-byte word, if the rest of the word is zero. */
  const add = (word: bigint) => {
    if (BigInt.asUintN(224, word) === 0n) found.add(`0x${(word >> 224n).toString(16).padStart(8, '0')}`)
  }
  for (let at = 0; at < bytes.length; at++) {
    const opcode = bytes[at] as number
    if (opcode < push1 || opcode > push32) continue
    const end = at + opcode - push1 + 2
    const value = bytesToBigInt(bytes.subarray(at + 1, end))
    add(value)
    // Handwritten assembly stores a selector in the last four bytes of a word, and reverts with these bytes.
    if (opcode === push4) add(value << 224n)
    // The compiler pushes a selector without the zeros that follow it, and then shifts it to the left.
    if (bytes[end] === push1 && bytes[end + 2] === shl)
      add(BigInt.asUintN(256, value << BigInt(bytes[end + 1] as number)))
    at = end - 1
  }
  return found
}
