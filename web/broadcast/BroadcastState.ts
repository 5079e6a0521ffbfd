import type { Address, Hex } from 'viem'
import type { Problem } from '../ui/Problem'

/** What must happen between the button and the first segment, in this order. */
export const startingSteps = ['wallet', 'job', 'transcoder', 'connection'] as const
export type StartingStep = (typeof startingSteps)[number]

/** Where a broadcast stands. `name` is also what `data-state` says. */
export type BroadcastState =
  | { name: 'idle' }
  | {
      name: 'starting'
      /** The step that is running; those before it are done. */
      step: StartingStep
    }
  | {
      name: 'live'
      figures: BroadcastFigures
      /** The stream goes on, but something needs attention: transcoder gone, uplink too slow. */
      trouble?: Problem
    }
  | {
      name: 'settling'
      figures: BroadcastFigures
      /** The last segments, and the end, are on their way out of this page; the rest goes on without it. */
      isTelling: boolean
    }
  | { name: 'settled'; figures: BroadcastFigures }
  | { name: 'failed'; problem: Problem; figures?: BroadcastFigures }

export type BroadcastFigures = {
  jobId: Hex
  shareLink: string
  transcoder: Address
  segmentsSent: number
  segmentsAcknowledged: number
  /** Of the last segment, in bits per second. */
  bitrate: number
  /** In bits per second. */
  targetBitrate: number
  /** Bits per second of the latest segments, oldest first; the page draws at most 60. */
  recentBitrates: readonly number[]
  /** What the work acknowledged so far costs. */
  priceWei: bigint
  depositWei: bigint
  elapsedMs: number
}
