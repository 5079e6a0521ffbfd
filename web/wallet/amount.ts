import { formatUnits, parseUnits } from 'viem'

export type Amount = { value: string; unit: 'ETH' | 'Gwei' | 'wei' }

const digits = 4
/** The units of amounts. Below 0.0001 ether, a smaller unit is easier to read. */
const units = [
  { unit: 'ETH', decimals: 18, from: 10n ** 14n },
  { unit: 'Gwei', decimals: 9, from: 10n ** 7n },
  { unit: 'wei', decimals: 0, from: 0n },
] as const

/** Wei in the unit that is easiest to read, rounded to four significant digits. From 1,000 units on, rounded to a whole number. */
export function amountOf(wei: bigint): Amount {
  if (wei === 0n) return { value: '0', unit: 'ETH' }
  const { unit, decimals } = units.find(({ from }) => wei >= from) ?? units[2]
  return { value: significant(formatUnits(wei, decimals)), unit }
}

/** An amount of wei as text: `6032 Gwei`, `1.5 ETH`. */
export const formatAmount = (wei: bigint): string => {
  const { value, unit } = amountOf(wei)
  return `${value} ${unit}`
}

function significant(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  const zeros = whole === '0' ? fraction.length - fraction.replace(/^0+/, '').length : -whole.length
  return Number(decimal)
    .toFixed(Math.min(18, Math.max(0, zeros + digits)))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

const lptDecimals = 4
const lptStep = 10n ** BigInt(18 - lptDecimals)
/** 1,000,000 LPT in units of 10^-18 LPT. This amount and larger amounts are shown without decimals. */
const wholeFrom = 10n ** 24n
/**
 * The contract stores a stake as shares, and rounds their value down. So a stake of 250 LPT can be some units of 10^-18 LPT smaller. A
 * person must read, and be able to type, 250.
 */
export const lptDust = 10n ** 6n

/** `1,234.5678 LPT`, rounded down. An amount that is at most `lptDust` below the next step is shown as this step. */
export function formatLpt(amount: bigint): string {
  const steps = (amount + lptDust) / lptStep
  if (amount > 0n && steps === 0n) return '<0.0001 LPT'
  const [whole = '0', fraction = ''] = formatUnits(steps, lptDecimals).split('.')
  const shown = steps * lptStep < wholeFrom && fraction
  return `${BigInt(whole).toLocaleString('en-GB')}${shown ? `.${shown}` : ''} LPT`
}

const unitDecimals = { LPT: 18, ETH: 18, Gwei: 9, wei: 0 }

/** The number and the unit of a typed amount. */
function partsOf(text: string): { digits: string; unit: string | undefined } {
  const [, digits = '', unit] = /^([\d.,'’ ]*?) ?([a-z]+)?$/i.exec(text.trim().replace(/\s/g, ' ')) ?? []
  return { digits: digits.replaceAll('’', "'"), unit }
}

/** Digits that are not grouped: the only mark is the decimal mark. */
const plain = /^(?<whole>\d*)(?:[.,](?<fraction>\d*))?$/
/** Groups of three digits with the same mark between them. The decimal mark is another mark. */
const grouped = /^(?<whole>[1-9]\d{0,2}(?<mark>[ ',.])\d{3}(?:\k<mark>\d{3})*)(?:(?!\k<mark>)[.,](?<fraction>\d*))?$/
/**
 * One mark before three digits can be the mark of thousands or the decimal mark. A point is the decimal mark if the last digit is not 0:
 * the page itself writes such numbers.
 */
const ambiguous = /^[1-9]\d{0,2}(?:,\d{3}|\.\d\d0)$/

/**
 * An amount that a person has typed, in units of 10^-18. Undefined if it is not a positive amount, or if it can mean two amounts;
 * `amountProblem` has the sentence. Reads each amount that the page shows, also with its unit, and the decimal commas and groups of digits
 * of many languages. Without a unit, the amount is in `token`.
 */
export function parseAmount(text: string, token: 'ETH' | 'LPT' = 'ETH'): bigint | undefined {
  const { digits, unit = token } = partsOf(text)
  const names = token === 'LPT' ? ([token] as const) : (['ETH', 'Gwei', 'wei'] as const)
  const name = names.find((known) => known.toLowerCase() === unit.toLowerCase())
  if (!name || ambiguous.test(digits)) return undefined
  const { whole = '', fraction = '' } = (plain.exec(digits) ?? grouped.exec(digits))?.groups ?? {}
  if (whole + fraction === '' || fraction.length > unitDecimals[name]) return undefined
  return parseUnits(`${whole.replace(/\D/g, '') || '0'}.${fraction}`, unitDecimals[name]) || undefined
}

/** The sentence for a text that `parseAmount` does not read. `example`: an amount that fits the form. */
export function amountProblem(text: string, example: string): string {
  const { digits, unit } = partsOf(text)
  if (!ambiguous.test(digits)) return `Enter an amount above zero, such as ${example}.`
  const meanings = [digits.replace(/\D/, ''), Number(digits.replace(',', '.'))]
  const [thousands, decimal] = meanings.map((meaning) => (unit ? `${meaning} ${unit}` : String(meaning)))
  return `Do you mean ${thousands} or ${decimal}? Enter one of these two numbers.`
}
