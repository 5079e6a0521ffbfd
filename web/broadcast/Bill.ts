import { Settlement } from 'lp-relay'
import type { Broadcast } from './Broadcast'

/** The cost of one broadcast. Wei. */
export type Bill = Omit<Settlement.Bill, 'pendingWei'> & {
  /** The fees are the product of these two and the duration in seconds, rounded down for each claim. */
  terms: { pricePerUnit: bigint; unitsPerSecond: bigint } | undefined
  networkWei: bigint
  depositWei: bigint
  /** The rest of the deposit, after all claims are paid. */
  leftWei: bigint
}

/** The bill from the settlement on chain, or, after the settlement is final, from the browser's memory. */
export function billOf(
  { final, depositWei, networkWei }: Broadcast,
  settlement: Settlement.Settlement | undefined,
): Bill | undefined {
  const sums = settlement ? Settlement.bill(settlement) : final && { ...final, pendingWei: 0n }
  if (!sums) return undefined
  const { pendingWei, ...paid } = sums
  const { feesWei } = paid
  return { ...paid, networkWei, depositWei, leftWei: depositWei - feesWei - pendingWei, terms: settlement?.job }
}
