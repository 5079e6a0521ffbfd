/** 4 Mbit/s, before the first measurement. */
const assumedBytesPerMs = 500
const least = 10
const most = 12_500
const newestWeight = 0.3
/** A smaller upload says little about the uplink, because the queues of the network take its bytes immediately. */
const measuredBytes = 128 * 1024
/** A slow uplink that is always busy is measured once in this time. */
const measuredMs = 1_000
const growth = 1.25
/** The uplink took all bytes immediately if it sends the buffered bytes in this time. */
const takenMs = 50

/** An estimate of how fast this machine can upload, from the uploads that filled the uplink. */
export class Uplink {
  #bytesPerMs = assumedBytesPerMs
  #startMs: number | undefined
  #bytes = 0
  #wasFull = false
  #refused = false
  #wasLimited = false

  get bytesPerMs(): number {
    return this.#bytesPerMs
  }

  /** Bytes went into the queue of a channel. */
  sent(bytes: number, nowMs: number): void {
    this.#startMs ??= nowMs
    this.#bytes += bytes
  }

  /** Uploads wait, because the queues of the channels are full: they hold `bufferedBytes`. */
  full(nowMs: number, bufferedBytes: number): void {
    if (this.#startMs === undefined) return
    const elapsedMs = nowMs - this.#startMs
    if (this.#wasFull && !this.#wasLimited && elapsedMs >= measuredMs) {
      this.#measure((this.#bytes - bufferedBytes) / elapsedMs)
      this.#startMs = nowMs
      this.#bytes = bufferedBytes
    }
    this.#wasFull = true
  }

  /** An upload waited because of our own limit, so the present measurement says nothing about the uplink. */
  limited(): void {
    this.#wasLimited = true
  }

  /** We refused an upload, because the estimate says that it would be late. */
  refused(): void {
    this.#refused = true
  }

  /** No upload waits any longer. `bufferedBytes`: the bytes that are still in the queues of the channels. */
  idle(nowMs: number, bufferedBytes: number): void {
    if (this.#startMs === undefined) return
    const sample = (this.#bytes - bufferedBytes) / Math.max(1, nowMs - this.#startMs)
    if (this.#wasFull && !this.#wasLimited && this.#bytes >= measuredBytes) this.#measure(sample)
    // The uplink took all bytes immediately, so it may be faster than the estimate.
    else if (this.#refused && !this.#wasFull && !this.#wasLimited && bufferedBytes <= this.#bytesPerMs * takenMs)
      this.#set(this.#bytesPerMs * growth)
    this.#startMs = undefined
    this.#bytes = 0
    this.#wasFull = false
    this.#wasLimited = false
    this.#refused = false
  }

  #measure(sample: number): void {
    this.#set(this.#bytesPerMs + newestWeight * (sample - this.#bytesPerMs))
  }

  #set(bytesPerMs: number): void {
    this.#bytesPerMs = Math.min(most, Math.max(least, bytesPerMs))
  }
}
