import type { BudgetOptions } from '../payment/Budget'
import { freeTerms, type Rate, type Terms } from '../payment/Terms'

/** The largest `--relay-price`, in wei for a byte: one ether for a GB. */
export const maxWeiPerByte = 1_000_000_000n

/** 0.00001 ether for a GB. On a local chain, all bytes are free. */
export const defaultWeiPerByte = (chainId: number): bigint => (chainId === 31337 ? 0n : 10_000n)

/** The free bytes of a relay with a price, over WebRTC and HTTP. */
export type FreeBytes = {
  /** For all uploading viewers together, on average. Default 1,000,000 (8 Mbit/s). 0: nothing is free. */
  freeBytesPerSecond?: number | undefined
  /** For all new viewers together, at once. Default 500,000,000. */
  freeStartBytes?: number | undefined
}

const nothing: Rate = { bytesPerSecond: 0, burstBytes: 0 }

/**
 * The terms of a relay with this price. The first minutes of a viewer are usually free, because the limits allow bursts.
 * `freeBytesPerSecond`: the free bytes, on average, for all uploading viewers together. All other viewers together get a fifth of this
 * number in addition, and the bytes that the uploading viewers do not use. 0: nothing is free.
 */
export const relayTerms = (
  weiPerByte: bigint,
  { freeBytesPerSecond = 1_000_000, freeStartBytes: burstBytes = freeTerms.free.others.burstBytes }: FreeBytes = {},
): Terms => ({
  ...freeTerms,
  weiPerByte,
  // `maxDebtSeconds` limits the debt, at every price.
  maxDebtWei: 2n ** 96n - 1n,
  free:
    freeBytesPerSecond === 0
      ? { each: nothing, contributors: nothing, others: nothing }
      : {
          each: { ...freeTerms.free.each, burstBytes: Math.min(freeTerms.free.each.burstBytes, burstBytes) },
          contributors: { ...freeTerms.free.contributors, bytesPerSecond: freeBytesPerSecond },
          others: { bytesPerSecond: freeBytesPerSecond / 5, burstBytes },
        },
})

/** The budget of a relay for the streams that it carries. The deposit limits the sum of its payments. */
export const relayBudget = (maxWeiPerByte: bigint): BudgetOptions => ({
  maxWeiPerByte,
  // The bytes that a connection of 1 Gbit/s carries in a minute.
  maxWeiPerMinute: maxWeiPerByte * 7_500_000_000n,
  maxWei: 2n ** 96n - 1n,
  stepSeconds: 10,
  videoBytesPerSecond: freeTerms.videoBytesPerSecond,
})
