/**
 * A rational number. If its denominator has more than 600 bits, the number is rounded to a multiple of 2^-512. So the error
 * after thousands of products is still far below 1.
 */
export type Fraction = { n: bigint; d: bigint }

const bits = 512n
const limit = 1n << 600n

export const from = (n: bigint, d = 1n): Fraction => (d < limit ? { n, d } : { n: (n << bits) / d, d: 1n << bits })
export const zero = from(0n)
export const add = (a: Fraction, b: Fraction): Fraction => from(a.n * b.d + b.n * a.d, a.d * b.d)
export const subtract = (a: Fraction, b: Fraction): Fraction => from(a.n * b.d - b.n * a.d, a.d * b.d)
export const times = (a: Fraction, b: Fraction): Fraction => from(a.n * b.n, a.d * b.d)
export const over = (a: Fraction, b: Fraction): Fraction => from(a.n * b.d, a.d * b.n)
export const sum = (list: readonly Fraction[]): Fraction => list.reduce(add, zero)
export const floor = ({ n, d }: Fraction): bigint => n / d
export const isZero = ({ n }: Fraction): boolean => n === 0n
