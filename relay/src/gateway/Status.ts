import type { ClaimState, Round, StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { levels } from '../playlist/levels'
import type { StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'

/**
 * The status of a relay, which `GET /status` serves. The gateway adds the streams. Strangers get the part that `publicStatus` returns, and
 * the operator gets the whole status.
 */
export type Status = {
  version: string
  /** The address of the relay's key. `undefined`: the relay has no key. */
  address: Address | undefined
  roles: readonly string[]
  /**
   * The address for viewers that call the relay without a tracker, as `DirectAddress.encode` writes it. `undefined` if the relay accepts no
   * such calls.
   */
  direct?: string | undefined
  chain: {
    id: number
    jobsManager: Address
    /** The newest block that the relay saw. `undefined` while the chain does not answer. */
    block: bigint | undefined
    /** The average time between the latest blocks. `lp-relay status` uses it to convert deadlines in blocks to times. */
    secondsPerBlock?: number | undefined
  }
  /** `undefined` for a relay that does not transcode. */
  ffmpeg: FfmpegStatus | undefined
  /** `undefined` for a relay that does not transcode, and until the chain has answered. The same holds for `seat`. */
  round?: Round.Round | undefined
  seat?: SeatStatus | undefined
  /** The claims of each job, oldest job first. `undefined` for a relay that does not transcode. */
  claims?: readonly JobClaims[] | undefined
  /** Wei. `undefined` for a relay that does not transcode. */
  earnings?: Earnings | undefined
  /** Faults since the relay started, the most frequent first. `lastMs`: Unix time in milliseconds. */
  faults?: readonly { room: string; kind: string; count: number; lastMs: number }[] | undefined
  /** For each present fault of the relay, one sentence that names the fault, and the next step for the operator. */
  problems?: readonly string[] | undefined
  /**
   * The price of a byte over WebRTC or HTTP, in wei, and the contract whose cheques the relay takes. `undefined`: the relay sells nothing.
   */
  price?: { weiPerByte: bigint; chequebook: Address } | undefined
  /** `undefined` for a relay that sells nothing. */
  payments?: PaymentsStatus | undefined
  /** `undefined` for a relay that does not verify. */
  verifier?: VerifierStatus | undefined
}

/** `engine`: ffmpeg and its version, or the package of the WASM build. `path`: the program. `reason`: why ffmpeg runs without a sandbox. */
export type FfmpegStatus = { engine: string; sandbox: string; path?: string | undefined; reason?: string | undefined }

/** The part of the status that strangers can read. It has no earnings, no payments, no faults, no problems and no file paths. */
export function publicStatus({
  claims: _,
  earnings: __,
  faults: ___,
  problems: ____,
  payments: _____,
  ffmpeg,
  ...rest
}: Status): Status {
  return { ...rest, ffmpeg: ffmpeg && { engine: ffmpeg.engine, sandbox: ffmpeg.sandbox } }
}

export type SeatStatus = {
  /**
   * `active`: the transcoder works and earns in this round. `seated`: it works and earns from the next round on. `waiting`: it is
   * registered, but holds no seat, because its stake is too small. `none`: it is not registered.
   */
  state: 'active' | 'seated' | 'waiting' | 'none'
  /** Whether the transcoder accepts new jobs. */
  available: boolean
  /** Whether the transcoder has called `reward` in this round. `none`: the round has no reward for it. */
  reward: 'none' | 'due' | 'called'
  /** Consecutive rounds in which the transcoder did not call `reward`. */
  missedRewards: bigint
  /**
   * `done`: units of verified work in the rounds that the contract counts. `expected`: units that the network expects for this stake (0:
   * none). `required`: the part of `expected` that `reward` requires, in parts per million.
   */
  work: { done: bigint; expected: bigint; required: bigint }
  /** The number of recent verdicts on the transcoder's work, and how many of these verdicts were failures. */
  verifications: { verdicts: bigint; failures: bigint }
  /** Units of 10^-18 LPT. `missing`: own stake that a seat needs, and that the transcoder does not have. */
  stake: { own: bigint; delegated: bigint; missing: bigint }
  /** The transcoder's terms from the next round on. `pricePerUnit` in wei, the others in parts per million. */
  terms: { pricePerUnit: bigint; blockRewardCut: bigint; feeShare: bigint }
}

export type VerifierStatus = {
  /** Challenged segments without a verdict, the most urgent first. `deadline`: the first block that is too late for a verdict. */
  waiting: readonly { claimId: Hex; jobId: Hex; transcoder: Address; sequenceNumber: bigint; deadline: bigint }[]
  /** Verdicts since the verifier started, by kind. `missed`: segments that got no verdict in time. */
  verdicts: Readonly<Record<string, number>>
}

/**
 * Sums of fees in wei. `unclaimed`: fees of work that is not claimed yet. `inEscrow`: fees of open claims. `earned`: fees that were paid
 * and are still in the contract. `withdrawn`: fees that were withdrawn to the operator's account.
 */
export type Earnings = { unclaimed: bigint; inEscrow: bigint; earned: bigint; withdrawn: bigint }

/** Payments by cheques, over WebRTC and HTTP. Amounts in wei. The sums in `cashed`, `streams` and `peers` begin at the relay's start. */
export type PaymentsStatus = {
  /** The price of a byte. */
  weiPerByte: bigint
  /** The highest price that the relay pays for a byte. `undefined`: the relay buys nothing. */
  maxWeiPerByte: bigint | undefined
  /**
   * The relay cashes a cheque when the cheque brings `gasFactor` times the gas costs of cashing, or `expirySeconds` before the session key
   * of the cheque expires.
   */
  cashing: { gasFactor: bigint; expirySeconds: bigint }
  /** The amount that the relay would get now for all cheques that it holds. */
  outstanding: bigint
  cashed: bigint
  /** The relay's own deposit, from which its cheques are paid. `undefined` until the chain has answered. */
  deposit: { free: bigint; withdrawal: bigint } | undefined
  /**
   * `bytesSold`, `bytesBought`: bytes over WebRTC, free bytes included. `earned`, `paid`: the stream's part of all cheques, in proportion
   * to these bytes.
   */
  streams: readonly { streamId: Hex; earned: bigint; paid: bigint; bytesSold: number; bytesBought: number }[]
  /** `owes`: the debt of the peer; negative: our debt. `missing`: the part of the peer's cheques that the contract would refuse now. */
  peers: readonly { party: string; earned: bigint; paid: bigint; bounced: bigint; owes: bigint; missing: bigint }[]
}

export type JobClaims = {
  jobId: Hex
  streamId: StreamId.StreamId
  /** `settled`: every claim is final, and no work is unclaimed. */
  state: 'working' | 'settling' | 'settled'
  /** The first block in which no work of the job can be claimed. `undefined` until the chain has answered. */
  claimDeadline: bigint | undefined
  /** Fees in wei. */
  unclaimed: { segments: number; fees: bigint }
  claims: readonly ClaimStatus[]
}

export type ClaimStatus = {
  claimId: Hex
  /** First sequence number of the claim's Assignment. */
  fromSequence: bigint
  /** Each range includes `first` and `last`. */
  ranges: readonly { first: bigint; last: bigint }[]
  segments: number
  durationMs: bigint
  /** Wei. */
  fees: bigint
  state: ClaimState.ClaimState
  /** Why a claim was refunded, if the RPC still has the event of the refund. */
  reason: ClaimState.RefundReason | undefined
  /**
   * The sequence numbers that were drawn for verification. `disclosed`: how many of them are disclosed. `passed`: how many of them have the
   * verdict Valid or InputInvalid.
   */
  challenged: readonly bigint[]
  disclosed: bigint
  passed: bigint
  /** The block of the claim. Each deadline below is the first block that is too late. */
  claimBlock: bigint
  verificationDeadline: bigint
  verdictDeadline: bigint
}

export type StreamStatus = {
  streamId: StreamId.StreamId
  state: StreamRecord['state']
  /** The number of published segments of each level, as in `{ source: 30, "480p": 30 }`. */
  segments: Record<string, number>
}

export const streamStatuses = (catalogue: Catalogue): StreamStatus[] =>
  catalogue.records().map((record) => ({
    streamId: record.streamId,
    state: record.state,
    segments: Object.fromEntries(levels(record).map(({ name, streamId }) => [name, catalogue.count(streamId)])),
  }))
