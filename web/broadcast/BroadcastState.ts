import type { Address, Hex } from 'viem'
import type { Problem } from '../ui/Problem'

/** The steps from the button to the first segment, in this order. */
export const startingSteps = ['wallet', 'job', 'transcoder', 'connection'] as const
export type StartingStep = (typeof startingSteps)[number]

/** The state of a broadcast. `name` is also the value of `data-state`. */
export type BroadcastState =
  | { name: 'idle' }
  | {
      name: 'starting'
      /** The running step. Earlier steps are done. */
      step: StartingStep
    }
  | {
      name: 'live'
      figures: BroadcastFigures
      /** A problem that does not stop the stream: the transcoder is gone, or the uplink is too slow. */
      trouble?: Problem
    }
  | {
      name: 'settling'
      figures: BroadcastFigures
      /**
       * The page sends the last segments and the end of the stream. Afterwards the settlement does not need the page.
       */
      isHandingOver: boolean
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
  /** Bits per second of the latest segments, oldest first, at most 60. */
  recentBitrates: readonly number[]
  /** The price of the segments that were acknowledged so far. */
  priceWei: bigint
  depositWei: bigint
  elapsedMs: number
}
