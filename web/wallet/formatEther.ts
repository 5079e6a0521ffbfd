import { formatUnits } from 'viem'

const digits = 4

/** Four significant digits, never in exponents: 0.00001235, 1.5, 0. Add the unit yourself. */
export function formatEther(wei: bigint): string {
  const [whole = '0', fraction = ''] = formatUnits(wei, 18).split('.')
  const zeros = whole === '0' ? fraction.length - fraction.replace(/^0+/, '').length : -whole.length
  return Number(`${whole}.${fraction || '0'}`)
    .toFixed(Math.min(18, Math.max(0, zeros + digits)))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}
