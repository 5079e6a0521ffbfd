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
/** 1,000,000 LPT in units of 10^-18 LPT. This amount and larger amounts are shown without decimals. */
const wholeFrom = 10n ** 24n

/** `1,234.5678 LPT`, rounded down. */
export function formatLpt(amount: bigint): string {
  const [whole = '0', fraction = ''] = formatUnits(amount, 18).split('.')
  const shown = (amount < wholeFrom ? fraction : '').slice(0, lptDecimals).replace(/0+$/, '')
  if (amount > 0n && whole === '0' && shown === '') return '<0.0001 LPT'
  return `${BigInt(whole).toLocaleString('en-GB')}${shown && `.${shown}`} LPT`
}

/**
 * An amount that a person has typed, in units of 10^-18. Undefined if it is not a positive amount. A comma is read as a decimal
 * point.
 */
export function parseAmount(text: string): bigint | undefined {
  const decimal = text.trim().replace(',', '.')
  if (!/^(\d+\.?\d{0,18}|\.\d{1,18})$/.test(decimal)) return undefined
  return parseUnits(decimal, 18) || undefined
}
