import type { Hex } from 'viem'
import { FormError, hex, type Reader } from '../mesh/bytes'

const bytes = 12

/** An amount of wei as 12 bytes. Throws `FormError`. */
export function u96(value: bigint): Uint8Array {
  if (value < 0n || value >= 2n ** 96n) throw new FormError(`${value} is not a uint96`)
  return hex(`0x${value.toString(16).padStart(2 * bytes, '0')}`, bytes)
}

export const readU96 = (reader: Reader): bigint => BigInt(reader.hex(bytes) satisfies Hex)
