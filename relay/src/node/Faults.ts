import { logOf } from '../log'

/** How often faults of one kind have happened. */
export type FaultCount = {
  room: string
  /** The error's code, as in `ENOSPC`. If the error has no code: the error's name. `other` if there are already too many kinds. */
  kind: string
  count: number
  /** Unix time in milliseconds. */
  lastMs: number
}

export type FaultsOptions = {
  /** Counts a fault in the gateway's metrics. */
  count: { fault(fault: { room: string; kind: string }): void }
  /** The least time between two log lines about the same kind of fault. Default 60 s. */
  quietMs?: number
}

/**
 * After this number of kinds, faults of a new kind are counted as `other`. The limit bounds the memory if the names of errors vary.
 */
const maxKinds = 256

type Known = FaultCount & { loggedMs: number; timer: NodeJS.Timeout | undefined; last: Error }

/**
 * Counts the faults of all rooms by kind. Logs the first fault of a kind immediately. Later faults of this kind are logged
 * together, in at most one line per `quietMs`.
 */
export class Faults {
  readonly #options: Required<FaultsOptions>
  readonly #known = new Map<string, Known>()

  constructor(options: FaultsOptions) {
    this.#options = { quietMs: 60_000, ...options }
  }

  /** The function with which a room reports its faults. */
  of(room: string): (error: Error) => void {
    return (error) => this.#report(room, error)
  }

  /** The most frequent kind first. */
  get counts(): FaultCount[] {
    const counts = [...this.#known.values()].map(({ room, kind, count, lastMs }) => ({ room, kind, count, lastMs }))
    return counts.sort((one, other) => other.count - one.count)
  }

  /** Logs the faults that were counted but not logged yet. */
  close(): void {
    for (const known of this.#known.values()) if (known.timer) this.#log(known)
  }

  #report(room: string, error: Error) {
    const { code } = error as NodeJS.ErrnoException
    const named = typeof code === 'string' ? code : error.name
    const isNew = !this.#known.has(`${room} ${named}`)
    const kind = isNew && this.#known.size >= maxKinds ? 'other' : named
    this.#options.count.fault({ room, kind })
    const nowMs = Date.now()
    const known = this.#known.get(`${room} ${kind}`) ?? {
      ...{ room, kind, count: 0, lastMs: nowMs },
      ...{ loggedMs: Number.NEGATIVE_INFINITY, timer: undefined, last: error },
    }
    this.#known.set(`${room} ${kind}`, known)
    known.count++
    known.lastMs = nowMs
    known.last = error
    logOf(room).debug(error.name, () => ({ message: error.message }))
    const waitMs = known.loggedMs + this.#options.quietMs - nowMs
    if (waitMs <= 0) this.#log(known)
    else known.timer ??= setTimeout(() => this.#log(known), waitMs).unref()
  }

  #log(known: Known) {
    clearTimeout(known.timer)
    known.timer = undefined
    known.loggedMs = Date.now()
    logOf(known.room).fault(known.last, { count: known.count })
  }
}
