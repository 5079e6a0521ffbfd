import type { Clock } from './Round'

/** Blocks in which something is recent: a day of 12 s blocks, and what nodes answer for in one question. */
const recentBlocks = 7_200n

/** First block of what is recent. */
export const recentFrom = ({ block }: Clock): bigint => (block > recentBlocks ? block - recentBlocks : 0n)

/** How long that is. */
export const recentMs = (clock: Clock): number => Number(clock.block - recentFrom(clock)) * clock.blockTimeMs
