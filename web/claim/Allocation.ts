import { type Address, type Hex, isAddress, isAddressEqual, isHex, size } from 'viem'

/** LPT that an account can claim, and the proof. `amount` is in units of 10^-18 LPT. */
export type Allocation = { index: number; account: Address; amount: bigint; siblings: readonly Hex[] }

/** The name of the file that has the allocation of the account, if there is one. */
export const shardOf = (account: Address): string => account.slice(2, 4).toLowerCase()

/** The names of the files with allocations. Undefined if the content of `index.json` is not a list of such names. */
export function parseIndex(value: unknown): readonly string[] | undefined {
  const { shards } = (value ?? {}) as { shards?: unknown }
  const isName = (name: unknown): name is string => typeof name === 'string' && /^[\da-f]{2}$/.test(name)
  return Array.isArray(shards) && shards.length <= 256 && shards.every(isName) ? shards : undefined
}

/** The allocation of the account in the content of a file. Undefined if there is none, or if it is malformed. */
export function find(value: unknown, account: Address): Allocation | undefined {
  return Array.isArray(value) ? value.map(parse).find((one) => one && isAddressEqual(one.account, account)) : undefined
}

/** A tree has at most 2^32 allocations, and an amount at most 96 bits. */
function parse(value: unknown): Allocation | undefined {
  const { index, account, amount, siblings } = (value ?? {}) as Partial<Record<keyof Allocation, unknown>>
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= 2 ** 32) return undefined
  if (typeof account !== 'string' || !isAddress(account, { strict: false })) return undefined
  if (typeof amount !== 'string' || !/^\d{1,29}$/.test(amount)) return undefined
  if (!Array.isArray(siblings) || siblings.length > 32 || !siblings.every(isHash)) return undefined
  return { index, account, amount: BigInt(amount), siblings }
}

const isHash = (value: unknown): value is Hex => isHex(value) && size(value) === 32
