import type { Body, Progress } from '../client/read'
import type { Line } from './Line'

/** If announced bytes have not come from other viewers after this time, the line counts as busy from then on. */
const patienceMs = 500

/**
 * The number of bytes of one segment that have come, and the time in which the line was busy with them. The player computes the bandwidth
 * from these two values.
 */
export class Transfer {
  readonly #line: Line
  #loadedBytes = 0
  #busyMs = 0
  #open: { loadedBytes(): number; busyMs(): number } | undefined

  constructor(line: Line) {
    this.#line = line
  }

  get loadedBytes(): number {
    return this.#loadedBytes + (this.#open?.loadedBytes() ?? 0)
  }

  /** In the time in which we wait for bytes that do not exist yet, the line is not busy. */
  get busyMs(): number {
    return this.#busyMs + (this.#open?.busyMs() ?? 0)
  }

  /** Calls `load`, which loads bytes from a relay. */
  async fromRelay(
    load: (onProgress: (progress: Progress) => void) => Promise<Body | undefined>,
  ): Promise<Body | undefined> {
    const startMs = performance.now()
    let progress: Progress | undefined
    const answer = () => ({
      ...{ startMs, endMs: performance.now() },
      ...(progress && { firstByteMs: progress.firstByteMs }),
    })
    this.#open = {
      loadedBytes: () => progress?.loadedBytes ?? 0,
      busyMs: () => this.#line.busyMs(answer()),
    }
    try {
      return await load((next) => {
        progress = next
      })
    } finally {
      this.#close()
      if (progress) this.#line.note({ ...answer(), bytes: progress.loadedBytes })
    }
  }

  /**
   * Calls `wait`, which waits for bytes of other viewers and resolves to the number of bytes that have come. As busy time, we count the
   * time that a relay would need, because the player must not choose a lower quality when only a viewer's uplink is slow. We also count the
   * wait after `patienceMs`.
   */
  async fromViewers(wait: () => Promise<number>): Promise<void> {
    const startMs = performance.now()
    this.#open = { loadedBytes: () => 0, busyMs: () => Math.max(0, performance.now() - startMs - patienceMs) }
    let bytes = 0
    try {
      bytes = await wait()
    } finally {
      this.#close()
      this.#loadedBytes += bytes
      this.#busyMs += bytes / (this.#line.bytesPerMs ?? Number.POSITIVE_INFINITY)
    }
  }

  #close(): void {
    this.#loadedBytes = this.loadedBytes
    this.#busyMs = this.busyMs
    this.#open = undefined
  }
}
