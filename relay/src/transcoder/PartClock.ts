import { logOf } from '../log'

const log = logOf('transcoder')

/** A segment must end this long after its last part. */
const closeWithinMs = 1_000
/** So many segments of a job may begin in parts and then get lost, for example when the connection of the broadcaster breaks. */
const maxLost = 3

/**
 * Stops the parts of a job when a segment is not complete in time. Without this rule, a broadcaster could get its stream transcoded live and
 * for nothing, because only a complete segment is paid. After that, the job is published in whole segments.
 */
export class PartClock {
  #isStopped = false
  #hasParts = false
  #lost = 0
  #timer: NodeJS.Timeout | undefined

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** `onLate` is called if no next part and no end of the segment comes in time. */
  partArrived(onLate: () => void): void {
    clearTimeout(this.#timer)
    this.#hasParts = true
    this.#timer = setTimeout(() => {
      this.#stop('a segment was not complete one second after its last part')
      onLate()
    }, closeWithinMs)
    this.#timer.unref()
  }

  /** The segment is complete. */
  segmentEnded(): void {
    clearTimeout(this.#timer)
    this.#hasParts = false
  }

  /** The segment will not become complete. */
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
