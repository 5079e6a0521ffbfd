import type { Ledger } from './Ledger'
import { costOf } from './Terms'

export type SaleOptions = {
  ledger: Ledger
  weiPerByte: bigint
  /** The bytes of the answer. */
  byteLength: number
  /** Reserves the cost of these bytes. `false`: the credit of the payer and the free allowance do not cover the cost. */
  reserve(byteLength: number): boolean
  nowMs(): number
}

/** If an answer is longer than this, `windowBytes` of it are reserved at a time: a payer usually has too little credit for all of it. */
export const maxWholeBytes = 16 * 1024 * 1024
const windowBytes = 1024 * 1024

/** The number of bytes of an answer that are reserved before its first byte is sent. */
export const firstBytes = (byteLength: number): number => (byteLength > maxWholeBytes ? windowBytes : byteLength)

/** The bytes of one HTTP answer: reserved before they are sent, and charged when they are written to the connection. */
export class Sale {
  readonly #options: SaleOptions
  /** The number of bytes that are reserved and not yet sent. */
  #reserved: number
  #left: number

  private constructor(options: SaleOptions) {
    this.#options = options
    this.#reserved = firstBytes(options.byteLength)
    this.#left = options.byteLength
  }

  /** `undefined`: the payer must pay first. */
  static open(options: SaleOptions): Sale | undefined {
    return options.reserve(firstBytes(options.byteLength)) ? new Sale(options) : undefined
  }

  /** Call this before each write to the connection. `false`: the caller must not write these bytes, and must stop. */
  sent(byteLength: number): boolean {
    const { ledger, weiPerByte, reserve, nowMs } = this.#options
    const missing = byteLength - this.#reserved
    if (missing > 0) {
      const more = Math.max(missing, Math.min(windowBytes, this.#left - this.#reserved))
      if (!reserve(more)) return false
      this.#reserved += more
    }
    this.#reserved -= byteLength
    this.#left -= byteLength
    return weiPerByte === 0n || ledger.send(costOf(byteLength, weiPerByte), nowMs())
  }

  /** Ends the sale. Call this once, also after an answer that failed. */
  end(): void {
    const { ledger, weiPerByte } = this.#options
    if (weiPerByte > 0n) ledger.release(costOf(this.#reserved, weiPerByte))
    this.#reserved = 0
  }
}
