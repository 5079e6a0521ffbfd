import type { Clock } from '../chain/Clock'

/** The number of blocks that count as recent: a day of 12 s blocks. */
const recentBlocks = 7_200n

/** First recent block. */
export const recentFrom = ({ block }: Clock): bigint => (block > recentBlocks ? block - recentBlocks : 0n)

/** The duration of the recent blocks, in milliseconds. */
export const recentMs = (clock: Clock): number => Number(clock.block - recentFrom(clock)) * clock.blockTimeMs
