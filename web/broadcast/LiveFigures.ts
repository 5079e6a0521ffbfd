import type { Progress } from 'lp-relay'
import type { Address, Hex } from 'viem'
import type { Problem } from '../ui/Problem'
import type { BroadcastFigures } from './BroadcastState'
import { type Funds, lastingOf } from './Funds'
import { readHistory } from './history'
import { type Offer, withFine } from './offer'
import type { Acknowledged } from './resume/StoredBroadcast'
import type { StreamHealth } from './StreamHealth'
import { type Circumstances, isOverdue, isUsedUp, troubleOf } from './trouble'

export type LiveFiguresOptions = {
  jobId: Hex
  broadcaster: Address
  shareLink: string
  /** The bitrate that the encoder aims at, in bits per second. */
  targetBitrate: number
  offer: Pick<Offer, 'perHourWei' | 'depositWei' | 'inputFinePercent'>
  /** Unix time. */
  liveSinceMs: number
  /** The work before a reload of the page. */
  before: Acknowledged
}

const shownBitrates = 60

/** Computes the figures of a live broadcast. */
export class LiveFigures {
  readonly #options: LiveFiguresOptions
  #recentBitrates: readonly number[] = []
  #funds: Funds | undefined
  #acknowledged = 0
  #acknowledgedAtMs = 0

  constructor(options: LiveFiguresOptions) {
    this.#options = options
  }

  /** The bitrate of a complete segment. */
  noteBitrate(bitrate: number): void {
    this.#recentBitrates = [...this.#recentBitrates, bitrate].slice(-shownBitrates)
  }

  /** What the chain says about the deposit now. */
  noteFunds(funds: Funds): void {
    this.#funds = funds
  }

  /** The figures of this moment, the trouble if there is one, and whether the page must end the stream. */
  at(
    progress: Progress & { transcoder: Address },
    { health, incomeWei }: { health: StreamHealth; incomeWei: bigint | undefined },
  ): { figures: BroadcastFigures; trouble: Problem | undefined; isOverdue: boolean } {
    const { jobId, broadcaster, shareLink, targetBitrate, offer, liveSinceMs, before } = this.#options
    const durationMs = before.durationMs + progress.acknowledgedMs
    const circumstances = this.#circumstances(progress, durationMs)
    const figures = {
      ...{ jobId, broadcaster, shareLink, targetBitrate, health, incomeWei },
      leftMs: circumstances.lasting?.leftMs,
      isUsedUp: isUsedUp(progress, circumstances),
      transcoder: progress.transcoder,
      segmentsSent: before.segments + progress.sent,
      segmentsAcknowledged: before.segments + progress.acknowledged,
      bitrate: this.#recentBitrates.at(-1) ?? 0,
      recentBitrates: this.#recentBitrates,
      priceWei: (offer.perHourWei * BigInt(durationMs)) / 3_600_000n,
      // The stored deposit includes the amounts that the person has added while live.
      depositWei: readHistory().find((broadcast) => broadcast.jobId === jobId)?.depositWei ?? offer.depositWei,
      hourWei: withFine(offer.perHourWei, offer.inputFinePercent),
      elapsedMs: Date.now() - liveSinceMs,
    }
    const trouble = troubleOf(progress, circumstances)
    return { figures, trouble, isOverdue: isOverdue(progress, circumstances) }
  }

  #circumstances({ acknowledged }: Progress, durationMs: number): Circumstances {
    if (acknowledged !== this.#acknowledged || this.#acknowledgedAtMs === 0) this.#acknowledgedAtMs = Date.now()
    this.#acknowledged = acknowledged
    return {
      quietMs: Date.now() - this.#acknowledgedAtMs,
      lasting: this.#funds && lastingOf(this.#funds, this.#options.offer, durationMs),
    }
  }
}
