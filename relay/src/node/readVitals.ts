import type { ClaimStatus, JobClaims } from '../gateway/Status'
import type { Vitals } from '../gateway/vitals'
import type { Seat } from '../rounds/RoundsChain'
import type { ChainHealth } from './ChainWatch'

type Sources = {
  balance: bigint | undefined
  seat: Seat | undefined
  claims: readonly JobClaims[]
  block: bigint | undefined
  secondsPerBlock: number | undefined
  chain: ChainHealth
  disk: { freeBytes: number | undefined; full: Error | undefined }
  payloads: { totalBytes: number; maxBytes: number }
  isOpen: boolean
  isBehind: boolean
  streams: number
}

/** A chain has stopped if no block has come for the longer of two times: a minute, and the usual time of this number of blocks. */
const [stoppedAfterSeconds, stoppedAfterBlocks] = [60, 20]
/** As on Ethereum. Used if the RPC did not answer when the relay measured the time between blocks. */
const usualSecondsPerBlock = 12

function stoppedSeconds({ stoppedMs }: ChainHealth, secondsPerBlock = usualSecondsPerBlock): number | undefined {
  const limit = Math.max(stoppedAfterSeconds, stoppedAfterBlocks * secondsPerBlock)
  return stoppedMs / 1_000 < limit ? undefined : stoppedMs / 1_000
}

/** The values of the operator's gauges. */
export function readVitals({ seat, claims, block, secondsPerBlock, disk, payloads, ...rest }: Sources): Vitals {
  const { balance, chain, isOpen, isBehind, streams } = rest
  const deadline = nearestDeadline(claims)
  return {
    ...{ balance, block, isOpen, isBehind, streams },
    ownStake: seat?.ownStake,
    delegatedStake: seat?.delegatedStake,
    missingSelfStake: seat?.missingSelfStake,
    missedRewards: seat && Number(seat.missedRewards),
    deadlineSeconds:
      deadline === undefined || block === undefined || secondsPerBlock === undefined
        ? undefined
        : Number(deadline - block) * secondsPerBlock,
    chainSilentSeconds: chain.silentMs / 1_000,
    chainStoppedSeconds: stoppedSeconds(chain, secondsPerBlock),
    chainFailing: chain.failing && { method: chain.failing.method, seconds: chain.failing.ms / 1_000 },
    diskFreeBytes: disk.freeBytes,
    payloadBytes: payloads.totalBytes,
    maxPayloadBytes: payloads.maxBytes,
    isDiskFull: disk.full !== undefined,
  }
}

/**
 * The earliest deadline for a claim or a disclosure of this relay. A transaction in the block of the deadline is already too late.
 * `undefined`: there is no deadline.
 */
export function nearestDeadline(claims: readonly JobClaims[]): bigint | undefined {
  const deadlines = claims.flatMap(({ unclaimed, claimDeadline, claims }) => [
    ...(unclaimed.segments > 0 && claimDeadline !== undefined ? [claimDeadline] : []),
    ...claims.filter(mustDisclose).map(({ verificationDeadline }) => verificationDeadline),
  ])
  return deadlines.reduce<bigint | undefined>(
    (least, each) => (least !== undefined && least < each ? least : each),
    undefined,
  )
}

/** Whether this relay must still disclose segments of a claim. */
const mustDisclose = ({ state }: ClaimStatus) => state === 'claimed' || state === 'sealed'
