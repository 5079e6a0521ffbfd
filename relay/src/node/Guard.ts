import type { ProtocolError } from '@lp/contracts/protocol'
import { logOf } from '../log'
import type { DiskWatch } from './DiskWatch'

export type GuardOptions = {
  disk: Pick<DiskWatch, 'full' | 'check' | 'failed'>
  places: { readonly isFull: boolean; close(reason: ProtocolError | undefined): void }
  jobs: { readonly isBehind: boolean; handOver(reason: ProtocolError): void }
  /** On chain, opens or closes the relay for new jobs. */
  acceptJobs(accepts: boolean): void
  onFault(error: Error): void
  now?: () => number
}

type Cause = 'behind' | 'full' | 'disk'

const log = logOf('node')

const checkEveryMs = 1_000
/** The relay opens again this long after the last cause has ended, because each change costs gas. */
const reopenAfterMs = 60_000

const sentences: Record<Cause, string> = {
  behind: 'closed for new jobs: segments are late, because this machine is too slow for its streams',
  full: 'closed for new jobs: this machine has no capacity for one more stream',
  disk: 'closed for new jobs: the disk is full',
}

/** Closes the relay for new jobs while it cannot do more work, and hands its streams over when its disk is full. */
export class Guard {
  readonly #options: Required<GuardOptions>
  /** The causes for which the relay is closed, and when each of them was last seen. */
  readonly #causes = new Map<Cause, number>()
  /** Whether the operator wants new jobs. */
  #isWanted = true
  #accepts = true
  #isHandedOver = false
  #timer: NodeJS.Timeout | undefined

  constructor(options: GuardOptions) {
    this.#options = { now: () => performance.now(), ...options }
  }

  start(): void {
    this.#timer = setInterval(() => void this.check(), checkEveryMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Call this method when the operator opens or closes the relay. */
  acceptJobs(accepts: boolean): void {
    this.#isWanted = accepts
    this.#apply()
  }

  /** Whether this process wants the relay to be open for new jobs. The transaction that opens it may not be mined yet. */
  get isOpen(): boolean {
    return this.#accepts
  }

  /** Call this method when a write has failed because the disk is full. Hands all streams over before another segment fails. */
  diskFull(): void {
    this.#options.disk.failed()
    this.#act()
  }

  async check(): Promise<void> {
    await this.#options.disk.check().catch(this.#options.onFault)
    this.#act()
  }

  #act() {
    const { disk, places, jobs, now } = this.#options
    places.close(disk.full)
    if (disk.full && !this.#isHandedOver) jobs.handOver(disk.full)
    this.#isHandedOver = disk.full !== undefined
    const isTrue: Record<Cause, boolean> = { behind: jobs.isBehind, full: places.isFull, disk: !!disk.full }
    for (const cause of Object.keys(isTrue) as Cause[]) {
      if (isTrue[cause]) {
        if (!this.#causes.has(cause)) log.warn(sentences[cause])
        this.#causes.set(cause, now())
      } else if (now() - (this.#causes.get(cause) ?? 0) >= reopenAfterMs) this.#causes.delete(cause)
    }
    this.#apply()
  }

  #apply() {
    const accepts = this.#isWanted && this.#causes.size === 0
    if (accepts === this.#accepts) return
    this.#accepts = accepts
    this.#options.acceptJobs(accepts)
  }
}
