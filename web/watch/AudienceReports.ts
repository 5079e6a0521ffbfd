import type { AudienceReport, AudienceSummary } from 'lp-relay'
import { logOf } from 'lp-relay/log'

const log = logOf('watch')

const everyMs = 10_000
const recentMs = 60_000

export type AudienceReportsOptions = {
  /** The figures of the player. Undefined while nothing plays: the relay then forgets this viewer. */
  read(): { latencyMs: number | undefined; stalls: number } | undefined
  send(report: AudienceReport, signal: AbortSignal): Promise<AudienceSummary | undefined>
  /** The number of viewers that the relay knows. Undefined: it is not known now. */
  onViewers(viewers: number | undefined): void
  signal: AbortSignal
  now?: () => number
}

/**
 * Tells the relay every ten seconds how the player does, and learns how many viewers there are (decision 063). The name in the reports is
 * random, and another one after each reload.
 */
export class AudienceReports {
  readonly #options: AudienceReportsOptions
  readonly #now: () => number
  readonly #viewer = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
  /** The numbers of stalls at the reports of the last minute, oldest first. */
  #counts: { atMs: number; stalls: number }[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: AudienceReportsOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Sends the first report now. Call this method once, at the first picture. */
  start(): void {
    const { signal } = this.#options
    signal.addEventListener('abort', () => clearTimeout(this.#timer))
    if (!signal.aborted) void this.#report()
  }

  async #report(): Promise<void> {
    const { read, send, onViewers, signal } = this.#options
    const figures = read()
    try {
      const summary = figures && (await send(this.#reportOf(figures), signal))
      if (!signal.aborted) onViewers(summary?.viewers)
    } catch (error) {
      // The picture does not need the reports.
      log.debug('not reported', () => ({ error }))
      if (!signal.aborted) onViewers(undefined)
    }
    if (!signal.aborted) this.#timer = setTimeout(() => void this.#report(), everyMs)
  }

  #reportOf({ latencyMs, stalls }: { latencyMs: number | undefined; stalls: number }): AudienceReport {
    const atMs = this.#now()
    this.#counts = [...this.#counts.filter((count) => atMs - count.atMs <= recentMs), { atMs, stalls }]
    const recent = stalls - (this.#counts[0]?.stalls ?? stalls)
    return {
      viewer: this.#viewer,
      stalls: Math.max(0, Math.min(600, recent)),
      ...(latencyMs !== undefined && latencyMs >= 0 && { latencyMs: Math.round(latencyMs) }),
    }
  }
}
