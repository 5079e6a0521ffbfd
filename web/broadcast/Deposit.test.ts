import type { Settlement } from 'lp-relay'
import { type Hex, numberToHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { depositOf, withdrawable } from './Deposit'

const hex = (number: number): Hex => numberToHex(number, { size: 32 })
const held = (jobId: Hex, reserveWei: bigint, endBlock: bigint): Settlement.Settlement => ({
  job: {
    ...{ jobId, broadcaster: zeroAddress, pricePerUnit: 1n, unitsPerSecond: 1n, reserveWei },
    ...{ jobBlock: 1n, endBlock, claimDeadline: endBlock + 60n },
  },
  clock: { block: 200n, timeMs: 1_000_000, blockTimeMs: 1_000 },
  ended: undefined,
  claims: [],
})
const [over, ending, live] = [held(hex(1), 7n, 140n), held(hex(2), 5n, 180n), held(hex(3), 3n, 500n)] as const

describe('depositOf', () => {
  it('gives the reserves of jobs as releasable if the claim deadlines of these jobs have passed', () => {
    const deposit = depositOf({ deposit: 10n, reserved: 12n }, [over, ending])
    expect(deposit).toMatchObject({ freeWei: 10n, releasableWei: 7n, releasable: [hex(1)], heldWei: 5n })
    expect(withdrawable(deposit)).toBe(17n)
    expect(deposit.heldUntilMs).toBe(1_040_000)
  })

  it('gives no release time if the only job is live', () => {
    expect(depositOf({ deposit: 0n, reserved: 3n }, [live])).toMatchObject({ heldWei: 3n, heldUntilMs: undefined })
  })

  it('counts the fine of an open claim in `heldWei`, and gives the verdict deadline of the claim as the release time', () => {
    const claim = {
      ...{ claimId: hex(5), claim: {} as Settlement.Progress['claim'], segments: 5, feesWei: 40n, fineWei: 4n },
      ...{ verificationDeadline: 210n, verdictDeadline: 230n, drawn: undefined, checks: [], slashed: 0n },
      ...{ claimed: { blockNumber: 150n, transactionHash: hex(6) }, outcome: undefined },
    }
    const deposit = depositOf({ deposit: 0n, reserved: 11n }, [{ ...over, claims: [claim] }])
    expect(deposit).toMatchObject({ releasableWei: 7n, heldWei: 4n, fineWei: 4n, heldUntilMs: 1_030_000 })
  })

  it('does not count a reserve that the contract has already released', () => {
    const deposit = depositOf({ deposit: 0n, reserved: 0n }, [over, held(hex(4), 0n, 100n)])
    expect(deposit).toMatchObject({ releasableWei: 0n, heldWei: 0n, releasable: [hex(1)] })
    expect(withdrawable(deposit)).toBe(0n)
  })
})
