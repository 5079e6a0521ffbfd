import type { Progress } from 'lp-relay'
import type { Address, Hex } from 'viem'
import type { BroadcastFigures } from './BroadcastState'
import { readHistory } from './history'
import { type Offer, withFine } from './offer'
import type { Acknowledged } from './resume/StoredBroadcast'
import type { StreamHealth } from './StreamHealth'
import { type Circumstances, isUsedUp } from './trouble'

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
  #acknowledged = 0
  #acknowledgedAtMs = 0

  constructor(options: LiveFiguresOptions) {
    this.#options = options
  }

  /** The bitrate of a complete segment. */
  noteBitrate(bitrate: number): void {
    this.#recentBitrates = [...this.#recentBitrates, bitrate].slice(-shownBitrates)
  }

  /** The time since the last acknowledgement. */
  quietMs({ acknowledged }: Progress): number {
    if (acknowledged !== this.#acknowledged || this.#acknowledgedAtMs === 0) this.#acknowledgedAtMs = Date.now()
    this.#acknowledged = acknowledged
    return Date.now() - this.#acknowledgedAtMs
  }

  at(
    progress: Progress & { transcoder: Address },
    {
      durationMs,
      circumstances,
      health,
      incomeWei,
    }: { durationMs: number; circumstances: Circumstances; health: StreamHealth; incomeWei: bigint | undefined },
  ): BroadcastFigures {
    const { jobId, broadcaster, shareLink, targetBitrate, offer, liveSinceMs, before } = this.#options
    return {
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
  }
}
