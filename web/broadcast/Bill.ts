import { Settlement } from 'lp-relay'
import type { Broadcast } from './Broadcast'

/** The cost of one broadcast, in wei. */
export type Bill = Omit<Settlement.Bill, 'pendingWei'> & {
  /** The fees of a claim are `pricePerUnit` × `unitsPerSecond` × the claim's duration in seconds, rounded down. */
  terms: { pricePerUnit: bigint; unitsPerSecond: bigint } | undefined
  networkWei: bigint
  depositWei: bigint
  /** The deposit minus the paid fees, the fines, and the fees in escrow. */
  leftWei: bigint
}

/** The bill, from the settlement on chain, or from this browser's storage after the settlement is final. */
export function billOf(
  { final, depositWei, networkWei }: Broadcast,
  settlement: Settlement.Settlement | undefined,
): Bill | undefined {
  const sums = settlement ? Settlement.bill(settlement) : final && { ...final, pendingWei: 0n }
  if (!sums) return undefined
  const { pendingWei, ...paid } = sums
  const { feesWei, fineWei } = paid
  const leftWei = depositWei - feesWei - fineWei - pendingWei
  return { ...paid, networkWei, depositWei, leftWei, terms: settlement?.job }
}
