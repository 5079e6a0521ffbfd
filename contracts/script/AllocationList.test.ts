import { getAddress, parseEther, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import type { AllocationTree } from '../protocol'
import { maxSupply, parse, totalOf } from './AllocationList'

const first = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const second = '0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc'

describe('a list of allocations', () => {
  test('gives the same allocations, sorted by address, for each order and form of its lines', () => {
    const expected: AllocationTree.Allocation[] = [
      { account: first, amount: parseEther('2500') },
      { account: second, amount: parseEther('0.000000000000000001') },
    ]
    const tiny = '0.000000000000000001'
    for (const text of [
      `address,amount\n${first},2500\n${second},${tiny}\n`,
      `${second},${tiny}\n${first},2500`,
      `\ufeffAddress, Amount\r\n\r\n ${second.toLowerCase()} , ${tiny} \r\n"${first}","2500.0"\r\n`,
    ])
      expect(parse(text)).toEqual(expected)
    expect(totalOf(expected)).toBe(parseEther('2500') + 1n)
  })

  test.each([
    [
      `${first},1,000.5`,
      'Line 1 has 3 values instead of an address and an amount. Write numbers without a comma: 1000.5, and not 1,000.5.',
    ],
    [`${first}`, 'Line 1 has 1 values instead of an address and an amount.'],
    [`,${first},5`, 'Line 1'],
    [`address,amount\n${first},"1,000.5"`, 'Line 2: "1,000.5" is not an amount of LPT.'],
    ...['-5', '+5', '1e3', '0x10', '1.', '.5', '', '5 LPT', '1_000', 'NaN', '١'].map((amount) => [
      `${first},${amount}`,
      `Line 1: "${amount}" is not an amount of LPT. Write digits, and a point if needed: 1000.5.`,
    ]),
    [`${first},0.0000000000000000001`, 'LPT has more than 18 digits after the point'],
    [`${first},0`, 'Line 1: the amount is zero.'],
    [`${first},0.000`, 'Line 1: the amount is zero.'],
    [`${first.slice(0, -1)},5`, 'is not an address. An address has 0x and 40 digits'],
    [`${first.slice(2)},5`, 'is not an address.'],
    ['vitalik.eth,5', 'Line 1: "vitalik.eth" is not an address.'],
    [`${first.replace('15d', '15D')},5`, 'Line 1: the checksum of 0x15D3'],
    [`0x${first.slice(2).toUpperCase()},5`, 'Line 1: the checksum of 0x15D3'],
    [`0x${'0'.repeat(40)},5`, 'no person has the key of the zero address'],
    [
      `${first},5\n\n${first.toLowerCase()},6`,
      `Lines 1 and 3 are for the same address, ${first}. Write one line with the sum.`,
    ],
    ['', 'The list has no allocations.'],
    ['address,amount\n', 'The list has no allocations.'],
    [`${first},5\naddress,amount`, 'Line 2: "address" is not an address.'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(message)
  })

  test('refuses amounts that the token cannot hold together', () => {
    const most = `${maxSupply / 10n ** 18n}.${String(maxSupply % 10n ** 18n).padStart(18, '0')}`
    expect(totalOf(parse(`${first},${most}`))).toBe(maxSupply)
    expect(() => parse(`${first},${most}\n${second},0.000000000000000001`)).toThrow(
      'The amounts add up to 79228162514.264337593543950336 LPT, and the token can have at most 79228162514.264337593543950335 LPT.',
    )
    // A list in units of 10^-18 LPT.
    expect(() => parse(`${first},2500000000000000000000`)).toThrow('Check whether the amounts are in LPT')
  })

  test('of 10,000 addresses has each address once', () => {
    const accounts = Array.from({ length: 10_000 }, (_, index) => getAddress(toHex(index * 7_919 + 1, { size: 20 })))
    const list = parse(accounts.map((account, index) => `${account},${index + 1}.5`).join('\n'))
    expect(new Set(list.map(({ account }) => account)).size).toBe(10_000)
    expect(totalOf(list)).toBe(parseEther('50005000') + parseEther('5000'))
  })
})
