import { Settlement } from 'lp-relay'
import type { Hex } from 'viem'

/** What a wallet has in the contract. Wei. */
export type Deposit = {
  /** On no job's account. */
  freeWei: bigint
  /** Held by jobs of which nothing can be claimed any more. */
  releasableWei: bigint
  /** Those jobs. */
  releasable: readonly Hex[]
  /** Held for work that can still be claimed. */
  heldWei: bigint
  /** When the last of it is released, as far as that is known. Unix time. */
  heldUntilMs: number | undefined
}

/** Puts together what the contract says of a wallet and of its jobs. */
export function depositOf(
  { deposit, reserved }: { deposit: bigint; reserved: bigint },
  settlements: readonly Settlement.Settlement[],
): Deposit {
  const holding = settlements.filter(({ job }) => job.reserveWei > 0n)
  const releasable = holding.filter(Settlement.isClosed)
  const sum = releasable.reduce((total, { job }) => total + job.reserveWei, 0n)
  const until = holding
    .filter((settlement) => Settlement.isOver(settlement) && !Settlement.isClosed(settlement))
    .map(({ clock, job }) => Settlement.timeOf(clock, job.claimDeadline))
  // The two were read at different blocks.
  const heldWei = reserved > sum ? reserved - sum : 0n
  return {
    ...{ freeWei: deposit, heldWei, releasableWei: reserved - heldWei },
    releasable: releasable.map(({ job }) => job.jobId),
    heldUntilMs: heldWei > 0n && until.length > 0 ? Math.max(...until) : undefined,
  }
}

/** What would leave the contract now. */
export const withdrawable = ({ freeWei, releasableWei }: Deposit): bigint => freeWei + releasableWei
