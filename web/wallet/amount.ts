import { formatUnits } from 'viem'

export type Amount = { value: string; unit: 'ETH' | 'Gwei' | 'wei' }

const digits = 4
/** Below a ten-thousandth of an ether the zeros would hide the figure. */
const units = [
  { unit: 'ETH', decimals: 18, from: 10n ** 14n },
  { unit: 'Gwei', decimals: 9, from: 10n ** 7n },
  { unit: 'wei', decimals: 0, from: 0n },
] as const

/** Wei as a person reads it: four significant digits in the unit that fits. */
export function amountOf(wei: bigint): Amount {
  if (wei === 0n) return { value: '0', unit: 'ETH' }
  const { unit, decimals } = units.find(({ from }) => wei >= from) ?? units[2]
  return { value: significant(formatUnits(wei, decimals)), unit }
}

/** The same as one text: `6032 Gwei`, `1.5 ETH`. */
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
