import { Settlement } from 'lp-relay'
import type { Hex } from 'viem'

/** A wallet's deposit in the contract, in wei. */
export type Deposit = {
  /** The part that is neither reserved by a job nor a fine in escrow. */
  freeWei: bigint
  /** The part that is reserved by jobs whose claim deadline has passed. */
  releasableWei: bigint
  /** The jobs whose reserves add up to `releasableWei`. */
  releasable: readonly Hex[]
  /** The part that is reserved by jobs whose work can still be claimed, and the fines in escrow for open claims. */
  heldWei: bigint
  /** The fines in escrow for open claims. */
  fineWei: bigint
  /**
   * When the last reserve or fine of the jobs that have ended is released. Unix time in milliseconds. Undefined if nothing is held, or if
   * the whole held amount belongs to jobs that have not ended.
   */
  heldUntilMs: number | undefined
}

/** Computes the deposit from the contract's numbers for a wallet and from the settlements of the wallet's jobs. */
export function depositOf(
  { deposit, reserved }: { deposit: bigint; reserved: bigint },
  settlements: readonly Settlement.Settlement[],
): Deposit {
  const holding = settlements.filter(({ job }) => job.reserveWei > 0n)
  const releasable = holding.filter(Settlement.isClosed)
  const sum = releasable.reduce((total, { job }) => total + job.reserveWei, 0n)
  const fineWei = settlements.reduce((total, settlement) => total + Settlement.heldFineWei(settlement), 0n)
  const until = [
    ...holding
      .filter((settlement) => Settlement.isOver(settlement) && !Settlement.isClosed(settlement))
      .map(({ clock, job }) => Settlement.timeOf(clock, job.claimDeadline)),
    ...settlements
      .filter(Settlement.isOver)
      .flatMap(({ clock, claims }) =>
        claims
          .filter(({ outcome, fineWei: held }) => !outcome && held > 0n)
          .map((claim) => Settlement.timeOf(clock, claim.verdictDeadline)),
      ),
  ]
  // `reserved` can be smaller than `sum`, because the page has read these numbers at different blocks.
  const heldWei = reserved > sum ? reserved - sum : 0n
  return {
    ...{ freeWei: deposit, heldWei, fineWei, releasableWei: reserved - heldWei },
    releasable: releasable.map(({ job }) => job.jobId),
    heldUntilMs: heldWei > 0n && until.length > 0 ? Math.max(...until) : undefined,
  }
}

/** The amount that can be withdrawn now. */
export const withdrawable = ({ freeWei, releasableWei }: Deposit): bigint => freeWei + releasableWei
