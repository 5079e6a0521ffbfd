import { type Address, type Hex, isAddress } from 'viem'
import * as z from 'zod/mini'

/** A string: `0x`, and two hexadecimal digits for each of the `bytes` bytes. The result is in lower case. */
export const hex = (bytes: number) =>
  z.pipe(
    z.string().check(z.regex(new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`))),
    z.transform((value) => value.toLowerCase() as Hex),
  )
export const bytes32 = hex(32)
export const signature = hex(65)

/**
 * An address. If it has a checksum (mixed letter case), the checksum must be right. The result keeps the letter case, so callers
 * compare addresses with `isAddressEqual`.
 */
export const address = z.pipe(
  z.string().check(z.refine((value) => isAddress(value))),
  z.transform((value) => value as Address),
)

/** A decimal string of an unsigned number with at most `bits` bits. */
export const decimal = (bits: number) =>
  z.pipe(
    z.string().check(z.refine((value) => /^(0|[1-9][0-9]{0,77})$/.test(value) && BigInt(value) < 2n ** BigInt(bits))),
    z.transform((value) => BigInt(value)),
  )
export const uint64 = decimal(64)
export const uint256 = decimal(256)

/** A JSON number without a fraction, from 0 to `maximum`. */
export const whole = (maximum: number) => z.int().check(z.minimum(0), z.maximum(maximum))
export const pixels = whole(16_384)
