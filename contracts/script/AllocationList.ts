import { type Address, formatUnits, getAddress, isAddress, parseUnits, zeroAddress } from 'viem'
import type { AllocationTree } from '../protocol'

const decimals = 18
/** The contracts store amounts of LPT in 96 bits. */
export const maxSupply = 2n ** 96n - 1n

/**
 * Reads a list of allocations: on each line an address and an amount of LPT, with a comma between them. The first line can be `address,amount`.
 * The order of the lines does not matter: the result is sorted by address. Throws `AllocationListError`.
 */
export function parse(text: string): AllocationTree.Allocation[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const seen = new Map<Address, number>()
  const list = lines.flatMap((line, index) => {
    const isHeader = index === 0 && /^\s*"?address"?\s*,\s*"?amount"?\s*$/i.test(line)
    if (isHeader || line.trim() === '') return []
    const number = index + 1
    const allocation = parseLine(line, number)
    const earlier = seen.get(allocation.account)
    if (earlier)
      throw new AllocationListError(
        `Lines ${earlier} and ${number} are for the same address, ${allocation.account}. Write one line with the sum.`,
      )
    seen.set(allocation.account, number)
    return [allocation]
  })
  if (list.length === 0) throw new AllocationListError('The list has no allocations. Write one on each line.')
  if (totalOf(list) > maxSupply)
    throw new AllocationListError(
      `The amounts add up to ${formatUnits(totalOf(list), decimals)} LPT, and the token can have at most ${formatUnits(maxSupply, decimals)} LPT. Check whether the amounts are in LPT, and not in units of 10^-18 LPT.`,
    )
  return list.sort((a, b) => (a.account.toLowerCase() < b.account.toLowerCase() ? -1 : 1))
}

export const totalOf = (list: readonly AllocationTree.Allocation[]): bigint =>
  list.reduce((sum, { amount }) => sum + amount, 0n)

function parseLine(line: string, number: number): AllocationTree.Allocation {
  const values = valuesOf(line)
  if (values.length !== 2)
    throw new AllocationListError(
      `Line ${number} has ${values.length} values instead of an address and an amount. Write numbers without a comma: 1000.5, and not 1,000.5.`,
    )
  const [account, amount] = values as [string, string]
  return { account: parseAccount(account, `Line ${number}`), amount: parseLpt(amount, `Line ${number}`) }
}

/** The values of a line. A value in quotation marks can contain commas. */
const valuesOf = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:\s*"([^"]*)"\s*(?=,|$)|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').trim(),
  )

/** Throws `AllocationListError`. `place`: where the address is written. */
export function parseAccount(text: string, place: string): Address {
  if (!/^0x[\da-f]{40}$/i.test(text))
    throw new AllocationListError(
      `${place}: "${text}" is not an address. An address has 0x and 40 digits from 0 to 9 and a to f.`,
    )
  if (!isAddress(text))
    throw new AllocationListError(
      `${place}: the checksum of ${text} is wrong, so a digit or its case is mistyped. Copy the address again.`,
    )
  if (text === zeroAddress)
    throw new AllocationListError(`${place}: no person has the key of the zero address. Remove this allocation.`)
  return getAddress(text)
}

/** An amount of LPT in units of 10^-18 LPT. Throws `AllocationListError`. */
export function parseLpt(text: string, place: string): bigint {
  const [, fraction = ''] = /^\d+(?:\.(\d+))?$/.exec(text) ?? []
  if (!/^\d+(?:\.\d+)?$/.test(text))
    throw new AllocationListError(
      `${place}: "${text}" is not an amount of LPT. Write digits, and a point if needed: 1000.5. No comma, sign, exponent or unit.`,
    )
  if (fraction.length > decimals)
    throw new AllocationListError(
      `${place}: ${text} LPT has more than ${decimals} digits after the point, and the token has no smaller unit. Round the amount.`,
    )
  const amount = parseUnits(text, decimals)
  if (amount === 0n)
    throw new AllocationListError(`${place}: the amount is zero. Write an amount above zero, or remove the allocation.`)
  return amount
}

export class AllocationListError extends Error {
  override readonly name = 'AllocationListError'
  readonly forPeople = true
}
