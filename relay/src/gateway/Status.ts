import type { StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { levels } from '../playlist/levels'
import type { StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'

/** What the operator and everybody else may know of this relay: `GET /status`. The gateway adds the streams. */
export type Status = {
  version: string
  /** The relay's registered key; `undefined` when it has none. */
  address: Address | undefined
  roles: readonly string[]
  chain: {
    id: number
    jobsManager: Address
    /** The newest that was seen; `undefined` while the chain is away. */
    block: bigint | undefined
    /** As blocks have come lately: what turns deadlines into times. */
    secondsPerBlock?: number | undefined
  }
  /** `undefined` for a relay that does not transcode. */
  ffmpeg: { engine: string; sandbox: string } | undefined
  /** `undefined` for a relay that does not transcode, and before the chain was asked, as `seat` is. */
  round?: RoundStatus | undefined
  seat?: SeatStatus | undefined
  /** What was worked for, by job, oldest first; `undefined` for a relay that does not transcode. */
  claims?: readonly JobClaims[] | undefined
  /** Wei. `undefined` for a relay that does not transcode. */
  earnings?: Earnings | undefined
  /** What has failed since the start, the most frequent first. `lastMs`: Unix time in milliseconds. */
  faults: readonly { room: string; kind: string; count: number; lastMs: number }[]
  /** `undefined` for a relay that does not verify. */
  verifier?: VerifierStatus | undefined
}

/** Blocks: a round's first, the first in which rates stand still, and the first of the next. */
export type RoundStatus = {
  number: bigint
  /** Somebody has opened it; until then stakes and rates stand still. */
  initialized: boolean
  locked: boolean
  startBlock: bigint
  lockBlock: bigint
  endBlock: bigint
}

export type SeatStatus = {
  /** `active`: works and earns; `seated`: from the next round on; `waiting`: others have more stake; `none`: no transcoder. */
  state: 'active' | 'seated' | 'waiting' | 'none'
  /** Takes new jobs. */
  available: boolean
  /** This round's. */
  reward: 'none' | 'due' | 'called'
  /** In a row. */
  missedRewards: bigint
  /**
   * Verified work of the rounds that count, and what the stake lets expect, in units; how much of that reward takes at least,
   * in parts per million. `expected` is 0 where nothing is.
   */
  work: { done: bigint; expected: bigint; required: bigint }
  /** The last verdicts on its work: how many there are, and how many were failures. */
  verifications: { verdicts: bigint; failures: bigint }
  /** Units of 10^-18 LPT. */
  stake: { own: bigint; delegated: bigint }
  /** From the next round on: wei per unit, and parts per million. */
  terms: { pricePerUnit: bigint; blockRewardCut: bigint; feeShare: bigint }
}

export type VerifierStatus = {
  /** Challenged segments without a verdict, the most urgent first. `deadline`: first block in which it is too late. */
  waiting: readonly { requestId: Hex; jobId: Hex; transcoder: Address; sequenceNumber: bigint; deadline: bigint }[]
  /** How many were given since it started; `missed`: none in time. */
  verdicts: Readonly<Record<string, number>>
}

/** Wei: not claimed yet; in escrow for open claims; ours in the contract; paid out to our account. */
export type Earnings = { unclaimed: bigint; inEscrow: bigint; earned: bigint; withdrawn: bigint }

export type JobClaims = {
  jobId: Hex
  streamId: StreamId.StreamId
  /** `settled`: nothing is left to claim or to wait for. */
  state: 'working' | 'settling' | 'settled'
  /** Block from which nothing more of the job can be claimed; `undefined` before the chain was asked. */
  claimDeadline: bigint | undefined
  /** Fees in wei. */
  unclaimed: { segments: number; fees: bigint }
  claims: readonly ClaimStatus[]
}

export type ClaimStatus = {
  claimId: Hex
  /** Of the Assignment that it is under. */
  fromSequence: bigint
  /** Both ends included. */
  ranges: readonly { first: bigint; last: bigint }[]
  segments: number
  durationMs: bigint
  /** Wei. */
  fees: bigint
  /**
   * `sent`: not seen on chain; `claimed`: in escrow, lottery open; `sealed`: to be disclosed; `disclosed`: waits for
   * verdicts; `verified`: fees due; `missed`, `expired`: too late for disclosure, or for verdicts.
   */
  state: 'sent' | 'claimed' | 'sealed' | 'disclosed' | 'verified' | 'paid' | 'refunded' | 'missed' | 'expired'
  /** Of a refunded claim, as far as the node knows it. */
  reason: 'invalid' | 'inputInvalid' | 'unavailable' | 'missed' | 'expired' | 'equivocation' | undefined
  /** Sequence numbers that are verified; how many of them are disclosed, and found valid. */
  challenged: readonly bigint[]
  disclosed: bigint
  passed: bigint
  /** Blocks; a deadline is the first block in which it is too late. */
  claimBlock: bigint
  verificationDeadline: bigint
  verdictDeadline: bigint
}

export type StreamStatus = {
  streamId: StreamId.StreamId
  state: StreamRecord['state']
  /** Segments published, by level: `{ source: 30, "480p": 30 }`. */
  segments: Record<string, number>
}

export const streamStatuses = (catalogue: Catalogue): StreamStatus[] =>
  catalogue.records().map((record) => ({
    streamId: record.streamId,
    state: record.state,
    segments: Object.fromEntries(levels(record).map(({ name, streamId }) => [name, catalogue.count(streamId)])),
  }))
