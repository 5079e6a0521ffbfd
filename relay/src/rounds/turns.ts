import { type Address, encodePacked, isAddressEqual, keccak256 } from 'viem'

export type Turn = {
  self: Address
  /** The accounts that take turns. An account that is not in this list comes after all of them. */
  among: readonly Address[]
  /** The number of the round, or the id of the claim. Each occasion has its own order. */
  occasion: bigint
  /** The name of the task. Each task has its own order. */
  purpose: string
}

/** The number of blocks between two turns. */
export const turnBlocks = 2n

/**
 * How many accounts have their turn before `self`. Several transcoders can do the same task, and only the first of them is paid
 * for the task. The order is random, the same for all transcoders, and different for each occasion.
 */
export function placeOf({ self, among, occasion, purpose }: Turn): number {
  const lot = (address: Address) =>
    keccak256(encodePacked(['string', 'uint256', 'address'], [purpose, occasion, address]))
  if (!among.some((address) => isAddressEqual(address, self))) return among.length
  const own = lot(self)
  return among.filter((address) => lot(address) < own).length
}

/** A random number of blocks below `blocks`, so that not all transcoders use the same block of a round. */
export function randomDelay({ self, round, blocks }: { self: Address; round: bigint; blocks: bigint }): bigint {
  if (blocks === 0n) return 0n
  return BigInt(keccak256(encodePacked(['uint256', 'address'], [round, self]))) % blocks
}
