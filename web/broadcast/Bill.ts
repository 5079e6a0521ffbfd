import { Settlement } from 'lp-relay'
import type { Broadcast } from './Broadcast'

/** What one broadcast costs. Wei. */
export type Bill = Omit<Settlement.Bill, 'pendingWei'> & {
  /** How the fees come about: their product with the duration in seconds, rounded down for each claim. */
  terms: { pricePerUnit: bigint; unitsPerSecond: bigint } | undefined
  networkWei: bigint
  depositWei: bigint
  /** Of the deposit, when all that is claimed will have been paid. */
  leftWei: bigint
}

/** From the chain, or, where that has nothing to add any more, from memory. */
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
