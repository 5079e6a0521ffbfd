import { formatUnits, parseUnits } from 'viem'

/**
 * The unit of a parameter. `ppm` and `ppb` are parts per million and per billion, which a person reads and writes in percent. `oneIn`: one of
 * this number of segments.
 */
export type Unit = 'blocks' | 'seconds' | 'rounds' | 'ppm' | 'ppb' | 'percent' | 'lpt' | 'work' | 'number' | 'oneIn'

const units: Readonly<Record<Unit, { decimals: number; name: string }>> = {
  blocks: { decimals: 0, name: 'blocks' },
  seconds: { decimals: 0, name: 'seconds' },
  rounds: { decimals: 0, name: 'rounds' },
  ppm: { decimals: 4, name: '%' },
  ppb: { decimals: 7, name: '%' },
  percent: { decimals: 0, name: '%' },
  lpt: { decimals: 18, name: 'LPT' },
  work: { decimals: 0, name: 'units of work' },
  number: { decimals: 0, name: '' },
  oneIn: { decimals: 0, name: 'segments' },
}

/** The name of the unit, as it stands after a number. */
export const nameOf = (unit: Unit): string => units[unit].name

/** The number of a value without its unit, exact: `2.5` for 25,000 parts per million. The same text can be typed. */
export const textOf = (unit: Unit, value: bigint): string => formatUnits(value, units[unit].decimals)

/** The number of a value with groups of digits: `216,000`. */
export function digitsOf(unit: Unit, value: bigint): string {
  const [whole = '0', fraction] = textOf(unit, value).split('.')
  return `${BigInt(whole).toLocaleString('en-GB')}${fraction ? `.${fraction}` : ''}`
}

/** A value with its unit: `2.5 %`, `1 in 500 segments`. */
export function format(unit: Unit, value: bigint): string {
  const { name } = units[unit]
  const digits = digitsOf(unit, value)
  if (unit === 'oneIn') return `1 in ${digits} ${name}`
  // A single block is `1 block`.
  const fitting = value === 1n && units[unit].decimals === 0 ? name.replace(/^(block|second|round|unit)s/, '$1') : name
  return fitting ? `${digits}\u00a0${fitting}` : digits
}

/** The value that a person has typed. Undefined for a text that is not a number of this unit, or has too many decimals. */
export function parse(unit: Unit, text: string): bigint | undefined {
  const { decimals } = units[unit]
  const typed = text.trim()
  // Without decimals, a comma can only separate groups of digits. With decimals, groups could be mistaken for decimals.
  const plain =
    decimals === 0 && /^\d{1,3}([ ,'’]\d{3})+$/.test(typed) ? typed.replace(/\D/g, '') : typed.replace(',', '.')
  if (!/^\d{1,40}(\.\d{1,18})?$/.test(plain)) return undefined
  const [, fraction = ''] = plain.split('.')
  return fraction.length > decimals ? undefined : parseUnits(plain, decimals)
}
