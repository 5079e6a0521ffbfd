import type { Address, Hex } from 'viem'
import type { Problem } from '../ui/Problem'
import type { StreamHealth } from './StreamHealth'

/** The steps from the button to the first segment, in this order. */
export const startingSteps = ['reach', 'wallet', 'job', 'transcoder', 'connection'] as const
export type StartingStep = (typeof startingSteps)[number]

/** The state of a broadcast. `name` is also the value of `data-state`. */
export type BroadcastState =
  | { name: 'idle' }
  /** Another tab of this browser broadcasts. */
  | { name: 'elsewhere' }
  /** A broadcast was live when the page was reloaded or closed. The page can go on with it. */
  | { name: 'interrupted' }
  | {
      name: 'starting'
      /** The current step. All steps before it are done. */
      step: StartingStep
      /** A stored broadcast goes on after a reload. No transaction is needed. */
      isResuming?: true
      /** Set if the transaction waits longer than usual. */
      slow?: Problem
    }
  | {
      name: 'live'
      figures: BroadcastFigures
      /** Whether the stream is shown among the live streams. */
      isListed: boolean
      /** A problem that does not stop the stream. For example: the transcoder does not answer, or the uplink is too slow. */
      trouble?: Problem
      /** Set if the picture or the sound has ended, for example because the camera was unplugged. The stream goes on. */
      loss?: Problem
    }
  | {
      name: 'settling'
      figures: BroadcastFigures
      /**
       * The page still sends the last segments and the end of the stream. After that, the settlement does not need the page.
       */
      isHandingOver: boolean
      reason?: Problem
    }
  | {
      name: 'settled'
      figures: BroadcastFigures
      /** Why the page has ended the stream. Undefined if the person has stopped the stream, or if all tracks have ended. */
      reason?: Problem
    }
  | {
      name: 'failed'
      problem: Problem
      /** Set if the job was posted. In this case, the person has already paid. */
      jobId?: Hex
    }

export type BroadcastFigures = {
  jobId: Hex
  /** The account that pays for the job. */
  broadcaster: Address
  shareLink: string
  transcoder: Address
  segmentsSent: number
  segmentsAcknowledged: number
  /** The bitrate of the last segment, in bits per second. */
  bitrate: number
  /** The bitrate that the encoder aims at, in bits per second. */
  targetBitrate: number
  /** The bitrates of the latest segments (at most 60 segments) in bits per second, oldest first. */
  recentBitrates: readonly number[]
  health: StreamHealth
  /** The price of the acknowledged segments that a transcoder can claim. */
  priceWei: bigint
  /** What viewers have paid to the broadcaster for this stream, in wei. Undefined: the stream is free. */
  incomeWei: bigint | undefined
  depositWei: bigint
  /** The amount that pays for an hour, including the possible fine. */
  hourWei: bigint
  /** The time that the deposit still lasts. Undefined until the chain has answered; infinite if the price is 0. */
  leftMs: number | undefined
  /** The deposit is used up: the transcoder accepts no more segments. */
  isUsedUp: boolean
  elapsedMs: number
}
