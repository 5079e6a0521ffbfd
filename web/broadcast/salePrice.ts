import { EpochKey } from '@lp/contracts/protocol'

/** A page makes segments of two seconds. */
const segmentsPerMinute = 30n
/** In basis points: the transcoder's part of what viewers pay, because it sells the keys. */
export const sellerBps = 500
const allBps = 10_000n

/** The signed price of a segment, in wei, from the price of a minute. Rounded up, so that a price is never 0. */
export const weiPerSegmentOf = (weiPerMinute: bigint): bigint =>
  (weiPerMinute + segmentsPerMinute - 1n) / segmentsPerMinute

/** What a viewer pays for a minute, in wei. */
export const weiPerMinuteOf = (weiPerSegment: bigint): bigint => weiPerSegment * segmentsPerMinute

/** Viewers pay in steps of an epoch. */
export const secondsPerStep = (EpochKey.segmentsPerEpoch * 60n) / segmentsPerMinute

/** The broadcaster's part of a payment, in wei. */
export const incomeOf = (paidWei: bigint): bigint => (paidWei * (allBps - BigInt(sellerBps))) / allBps
