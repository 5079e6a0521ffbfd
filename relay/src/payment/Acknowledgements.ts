import type { Address } from 'viem'
import type { Acknowledgement } from './Acknowledgement'
import type { Rate } from './Terms'

export type AcknowledgementsOptions = {
  /**
   * How many bytes count in all statements of this viewer together: the bytes that the viewer has paid us for. For further bytes, see `unpaid`.
   * `undefined`: we do not know the viewer, and its statements do not count.
   */
  worthOf(acknowledger: Address): number | undefined
  /** How many bytes beyond `worthOf` count for all known viewers together. */
  unpaid: Rate
  /** The largest number of viewers whose statements are remembered. Default 4,096. */
  maxAcknowledgers?: number
}

/** The largest number of uploaders of one viewer. A viewer has fewer neighbours. */
const maxUploaders = 256
/** An honest viewer makes a statement after more new bytes than this. */
const leastPaidBytes = 64 * 1024

type Words = { counted: number; readonly uploaders: Map<string, bigint> }

/**
 * Decides how many bytes of the viewers' statements about uploads count. The statements of a viewer count up to the bytes that the viewer has paid for.
 * For all further bytes, all viewers share one limit. So if many identities of an attacker acknowledge each other, they get no more than this limit.
 * The caller passes the time.
 */
export class Acknowledgements {
  readonly #options: AcknowledgementsOptions
  readonly #words = new Map<Address, Words>()
  #unpaid: { bytes: number; refilledMs: number | undefined }

  constructor(options: AcknowledgementsOptions) {
    this.#options = options
    this.#unpaid = { bytes: options.unpaid.burstBytes, refilledMs: undefined }
  }

  /** Whether `add` can count bytes of this statement. The caller calls this method before it checks the signature, because that check takes time. */
  isNews({ streamId, acknowledger, uploader, bytes }: Acknowledgement): boolean {
    if (acknowledger === uploader || this.#options.worthOf(acknowledger) === undefined) return false
    const words = this.#words.get(acknowledger)
    if (!words) return this.#words.size < (this.#options.maxAcknowledgers ?? 4_096)
    const before = words.uploaders.get(keyOf({ streamId, uploader }))
    return before === undefined ? words.uploaders.size < maxUploaders : bytes > before
  }

  /**
   * Whether the statement has at least 64 KiB of new bytes for which the viewer has paid. Each such statement uses up a part of the viewer's payments,
   * so their number is limited.
   */
  isPaid({ streamId, acknowledger, uploader, bytes }: Acknowledgement): boolean {
    const { counted = 0, uploaders } = this.#words.get(acknowledger) ?? {}
    const growth = Number(bytes - (uploaders?.get(keyOf({ streamId, uploader })) ?? 0n))
    return Math.min(growth, (this.#options.worthOf(acknowledger) ?? 0) - counted) >= leastPaidBytes
  }

  /** Counts a statement with a correct signature. Addresses are in lower case. Returns the number of bytes that count for the uploader. */
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
