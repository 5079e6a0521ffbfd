import { type Address, encodePacked, isAddressEqual, keccak256 } from 'viem'

export type Turn = {
  self: Address
  /** Everybody who may go; who is not among them comes after them. */
  among: readonly Address[]
  /** The number of the round, or of what there is to do. */
  occasion: bigint
  /** Each has an order of its own. */
  purpose: string
}

/** Blocks between the turns of two who could do the same. */
export const turnBlocks = 2n

/** How many go before us: in another order each time, and the same for everybody, so that not all pay for what one does. */
export function turn({ self, among, occasion, purpose }: Turn): number {
  const place = (address: Address) =>
    keccak256(encodePacked(['string', 'uint256', 'address'], [purpose, occasion, address]))
  const own = place(self)
  if (!among.some((address) => isAddressEqual(address, self))) return among.length
  return among.filter((address) => place(address) < own).length
}

/** How many of `blocks` we wait in a round, so that not all are in the same block. */
export function delay({ self, round, blocks }: { self: Address; round: bigint; blocks: bigint }): bigint {
  if (blocks === 0n) return 0n
  return BigInt(keccak256(encodePacked(['uint256', 'address'], [round, self]))) % blocks
}
