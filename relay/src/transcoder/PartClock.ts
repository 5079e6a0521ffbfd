import { logOf } from '../log'

const log = logOf('transcoder')

/** This number of segments of a job may begin in parts and then get lost, for example because the connection of the broadcaster breaks. */
const maxLost = 3

/**
 * Ends the publication of parts of a job when a segment is not complete in time, or when too many segments got lost after their first part.
 * From then on, the relay publishes only whole segments of the job. Without this rule, a broadcaster could get its stream transcoded live
 * without payment, because only a complete segment is paid.
 */
export class PartClock {
  readonly #patienceMs: number
  #isStopped = false
  #hasParts = false
  #lost = 0
  #timer: NodeJS.Timeout | undefined

  /** `patienceMs`: the longest time from one part to the next part, or from the last part to the end of the segment. */
  constructor({ patienceMs = 1_000 }: { patienceMs?: number | undefined } = {}) {
    this.#patienceMs = patienceMs
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** `onLate` is called if neither the next part nor the end of the segment comes in time. */
  partArrived(onLate: () => void): void {
    clearTimeout(this.#timer)
    this.#hasParts = true
    this.#timer = setTimeout(() => {
      this.#stop(`a segment was not complete ${this.#patienceMs} ms after its last part`)
      onLate()
    }, this.#patienceMs)
    this.#timer.unref()
  }

  /** The segment is complete. */
  segmentEnded(): void {
    clearTimeout(this.#timer)
    this.#hasParts = false
  }

  /** The segment will not be complete. */
  segmentLost(): void {
    if (this.#hasParts && ++this.#lost > maxLost)
      this.#stop(`${this.#lost} segments were not complete after their first part`)
    this.segmentEnded()
  }

  #stop(reason: string): void {
    if (!this.#isStopped) log.info('from now on, the job is published in whole segments', { reason })
    this.#isStopped = true
  }
}
