import type { Address } from 'viem'
import type { Acknowledgement } from './Acknowledgement'
import type { Rate } from './Terms'

export type AcknowledgementsOptions = {
  /**
   * The most bytes that the statements of this viewer can count in all: the bytes that it has paid us for, or that another party vouches for.
   * `undefined`: we do not know the viewer, and its statements count nothing.
   */
  worthOf(acknowledger: Address): number | undefined
  /** The most bytes that the statements of all known viewers together can count beyond `worthOf`. */
  unpaid: Rate
  /** The most viewers whose statements are remembered. Default 4,096. */
  maxAcknowledgers?: number
}

/** The most uploaders of one viewer. A viewer has fewer neighbours. */
const maxUploaders = 256

type Words = { counted: number; readonly uploaders: Map<string, bigint> }

/**
 * Decides how much the statements of viewers about uploads count. A viewer that has paid vouches for as many bytes as it has paid for. All viewers
 * that have not paid share one limit. So an attacker gains nothing with many identities that acknowledge each other. The caller passes the time.
 */
export class Acknowledgements {
  readonly #options: AcknowledgementsOptions
  readonly #words = new Map<Address, Words>()
  #unpaid: { bytes: number; refilledMs: number | undefined }

  constructor(options: AcknowledgementsOptions) {
    this.#options = options
    this.#unpaid = { bytes: options.unpaid.burstBytes, refilledMs: undefined }
  }

  /** Whether `add` may count anything. Call this before the check of the signature, which costs time. */
  isNews({ streamId, acknowledger, uploader, bytes }: Acknowledgement): boolean {
    if (acknowledger === uploader || this.#options.worthOf(acknowledger) === undefined) return false
    const words = this.#words.get(acknowledger)
    if (!words) return this.#words.size < (this.#options.maxAcknowledgers ?? 4_096)
    const before = words.uploaders.get(keyOf({ streamId, uploader }))
    return before === undefined ? words.uploaders.size < maxUploaders : bytes > before
  }

  /** Counts a statement with a correct signature. Addresses in lower case. Returns the bytes that the uploader is credited with. */
  add(acknowledgement: Acknowledgement, nowMs: number): number {
    if (!this.isNews(acknowledgement)) return 0
    const { acknowledger, bytes } = acknowledgement
    const key = keyOf(acknowledgement)
    const words = this.#words.get(acknowledger) ?? { counted: 0, uploaders: new Map() }
    this.#words.set(acknowledger, words)
    const growth = Number(bytes - (words.uploaders.get(key) ?? 0n))
    words.uploaders.set(key, bytes)
    const paid = Math.min(growth, Math.max((this.#options.worthOf(acknowledger) ?? 0) - words.counted, 0))
    words.counted += paid
    return paid + this.#takeUnpaid(growth - paid, nowMs)
  }

  /** The viewer has left. If it has paid nothing, forgets its statements. */
  forget(acknowledger: Address): void {
    if (!this.#options.worthOf(acknowledger)) this.#words.delete(acknowledger)
  }

  #takeUnpaid(bytes: number, nowMs: number): number {
    const { bytesPerSecond, burstBytes } = this.#options.unpaid
    const { bytes: before, refilledMs = nowMs } = this.#unpaid
    const filled = Math.min(before + (bytesPerSecond * Math.max(nowMs - refilledMs, 0)) / 1_000, burstBytes)
    const taken = Math.floor(Math.min(bytes, filled))
    this.#unpaid = { bytes: filled - taken, refilledMs: Math.max(nowMs, refilledMs) }
    return taken
  }
}

const keyOf = ({ streamId, uploader }: Pick<Acknowledgement, 'streamId' | 'uploader'>) => `${uploader}/${streamId}`
