/**
 * The instructions that compute `rd` from two operands. Operands are unsigned numbers of 32 bits. Results are whole numbers, of which the
 * machine takes the lowest 32 bits. The result is undefined if there is no such instruction.
 */

/** `funct7` of the instructions that subtract or shift in copies of the sign. */
const alternative = 0x20
const multiplication = 0x01

/** An instruction with two registers. */
export function ofRegisters(kind: number, funct7: number, a: number, b: number): number | undefined {
  if (funct7 === 0) return base(kind, a, b)
  if (funct7 === multiplication) return product(kind, a, b)
  if (funct7 !== alternative) return undefined
  if (kind === 0) return a - b
  if (kind === 5) return (a | 0) >> (b & 31)
  return undefined
}

/** An instruction with a register and an immediate. In a shift, the immediate has a `funct7` and the distance. */
export function ofImmediate(kind: number, funct7: number, a: number, immediate: number): number | undefined {
  const isShift = kind === 1 || kind === 5
  if (!isShift) return base(kind, a, immediate >>> 0)
  if (funct7 === 0) return base(kind, a, immediate & 31)
  return kind === 5 && funct7 === alternative ? (a | 0) >> (immediate & 31) : undefined
}

function base(kind: number, a: number, b: number): number {
  switch (kind) {
    case 0:
      return a + b
    case 1:
      return a << (b & 31)
    case 2:
      return (a | 0) < (b | 0) ? 1 : 0
    case 3:
      return a < b ? 1 : 0
    case 4:
      return a ^ b
    case 5:
      return a >>> (b & 31)
    case 6:
      return a | b
    default:
      return a & b
  }
}

/** The extension M. A division never traps: by zero, it has fixed results, and −2³¹ ÷ −1 gives −2³¹, remainder 0. */
function product(kind: number, a: number, b: number): number {
  const [signedA, signedB] = [a | 0, b | 0]
  switch (kind) {
    case 0:
      return Math.imul(a, b)
    case 1:
      return high(signedA, signedB)
    case 2:
      return high(signedA, b)
    case 3:
      return high(a, b)
    case 4:
      return b === 0 ? -1 : Math.trunc(signedA / signedB)
    case 5:
      return b === 0 ? -1 : Math.trunc(a / b)
    case 6:
      return b === 0 ? a : signedA % signedB
    default:
      return b === 0 ? a : a % b
  }
}

/** The highest 32 of the 64 bits of a product. */
const high = (a: number, b: number): number => Number((BigInt(a) * BigInt(b)) >> 32n)

/** Whether a branch with this `funct3` is taken. Undefined if there is no such branch. */
export function isTaken(kind: number, a: number, b: number): boolean | undefined {
  switch (kind) {
    case 0:
      return a === b
    case 1:
      return a !== b
    case 4:
      return (a | 0) < (b | 0)
    case 5:
      return (a | 0) >= (b | 0)
    case 6:
      return a < b
    case 7:
      return a >= b
    default:
      return undefined
  }
}
