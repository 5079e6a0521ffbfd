import type { Verdict } from '@lp/contracts/protocol'
import type { Settlement } from 'lp-relay'
import { type Address, type Hex, numberToHex, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { brokenSourceConsequence, refundConsequence, settlementSteps } from './settlementSteps'

const hex = (number: number): Hex => numberToHex(number, { size: 32 })
const someone: Address = '0x00000000000000000000000000000000000000aa'
const mark = { blockNumber: 1n, transactionHash: hex(1) }

const claim = (segments: number, change: Partial<Settlement.Progress> = {}): Settlement.Progress => ({
  claimId: hex(2),
  claim: {
    ...{ jobId: hex(7), transcoder: someone, renditionKey: someone, fromSequence: 0n, previousClaimId: zeroHash },
    ...{ ranges: [], durationMs: BigInt(2_000 * segments), merkleRoot: zeroHash },
  },
  ...{
    segments,
    feesWei: 6_032_000_000_000n,
    fineWei: 603_200_000_000n,
    verificationDeadline: 240n,
    verdictDeadline: 260n,
    claimed: mark,
  },
  ...{ drawn: undefined, checks: [], outcome: undefined, slashed: 0n, ...change },
})
const drawn = { ...mark, sequenceNumbers: [1n, 4n] }
const check = (verdict: Verdict.Verdict | undefined) => ({ ...mark, sequenceNumber: 1n, verdict })
const paid = { ...mark, isPaid: true, feesWei: 6_032_000_000_000n, fineWei: 0n } as const

const at = (block: bigint, claims: readonly Settlement.Progress[] = []): Settlement.Settlement => ({
  job: {
    ...{ jobId: hex(7), broadcaster: someone, pricePerUnit: 1n, unitsPerSecond: 1n, reserveWei: 0n },
    ...{ jobBlock: 1n, endBlock: 200n, claimDeadline: 260n },
  },
  clock: { block, timeMs: new Date(2026, 0, 1, 12, 0, Number(block - 200n)).getTime(), blockTimeMs: 1_000 },
  ended: undefined,
  claims,
})
const said = (settlement: Settlement.Settlement | undefined, segments = 5) =>
  settlementSteps(settlement, segments).map(({ state, label }) => `${state}: ${label}`)
const hint = (settlement: Settlement.Settlement, segments = 5) =>
  settlementSteps(settlement, segments).find(({ state }) => state === 'running')?.hint

describe('settlementSteps', () => {
  it('waits for the end of the job, and gives the time at which the job ends without a transaction', () => {
    expect(said(at(190n))[0]).toBe('running: The stream ends')
    expect(hint(at(190n))).toBe('The transcoder ends the job on chain. Otherwise the job ends by itself at 12:00:00.')
  })

  it('waits for the claim until the claim deadline', () => {
    expect(said(at(200n)).slice(0, 2)).toEqual([
      'done: The stream has ended',
      'running: The transcoder claims its work',
    ])
    expect(hint(at(200n))).toBe('The transcoder can claim until 12:01:00. You pay nothing for unclaimed segments.')
    expect(said(at(200n, [claim(3)]))[1]).toBe('running: 3 of 5 segments claimed')
  })

  it('counts drawn and verified segments', () => {
    expect(said(at(203n, [claim(5)])).slice(1, 3)).toEqual([
      'done: 5 segments claimed',
      'running: Segments are drawn for verification',
    ])
    expect(said(at(204n, [claim(5, { drawn, checks: [check('Valid'), check(undefined)] })])).slice(2)).toEqual([
      'done: 2 of 5 drawn for verification',
      'running: 1 of 2 verified',
      'waiting: The work is paid',
    ])
    expect(hint(at(204n, [claim(5, { drawn, checks: [check('Valid')] })]))).toContain('until 12:00:40 at the latest')
  })

  it('ends with the payment', () => {
    const whole = claim(5, { drawn, checks: [check('Valid'), check('Valid')], outcome: paid })
    expect(said(at(210n, [whole])).slice(3)).toEqual([
      'done: 2 of 2 verified, bit for bit',
      'done: 6032 Gwei paid for 0:10',
    ])
    const unchecked = claim(5, { drawn: { ...mark, sequenceNumbers: [] }, outcome: paid })
    expect(said(at(210n, [unchecked])).slice(2, 4)).toEqual([
      'done: None of 5 drawn for verification',
      'skipped: No verification was needed',
    ])
  })

  it('adds up the segments of several claims', () => {
    const whole = claim(5, { drawn, checks: [check('Valid'), check('Valid')], outcome: paid })
    expect(said(at(210n, [whole, whole]), 10).slice(1)).toEqual([
      'done: 10 segments claimed',
      'done: 4 of 10 drawn for verification',
      'done: 4 of 4 verified, bit for bit',
      'done: 12064 Gwei paid for 0:20',
    ])
  })

  it('says that the broadcaster does not pay for refused work', () => {
    const refused = claim(5, {
      ...{ drawn, checks: [check('Invalid'), check(undefined)] },
      outcome: { ...mark, isPaid: false, reason: 'Invalid', fineWei: 0n },
    })
    expect(said(at(210n, [refused])).slice(3)).toEqual([
      'failed: 1 of 2 verified, 1 not accepted',
      'done: Nothing was paid',
    ])
    // The returned amount is the sum of the fees and the fine.
    expect(refundConsequence(refused)).toBe('You pay nothing for this claim: 6635 Gwei was returned to your deposit.')
  })

  it('says what a broken source segment costs the broadcaster', () => {
    const checks = [check('Valid'), check('InputInvalid')]
    const partly = { ...paid, feesWei: 4_825_600_000_000n, fineWei: 603_200_000_000n }
    const broken = claim(5, { drawn, checks, outcome: partly })
    expect(said(at(210n, [broken])).slice(3)).toEqual([
      'done: 2 of 2 verified, 1 with a broken source',
      'done: 4826 Gwei paid for 0:08',
    ])
    expect(brokenSourceConsequence(broken)).toBe(
      'You do not pay for it: 1206 Gwei was returned to your deposit. A fine of 603.2 Gwei was taken from your deposit.',
    )
    expect(brokenSourceConsequence(claim(5, { drawn, checks }))).toBeUndefined()
    expect(brokenSourceConsequence(claim(5, { drawn, checks: [check('Valid')], outcome: paid }))).toBeUndefined()
  })

  it('does not count the segments of an expired claim as verified', () => {
    const outcome = { ...mark, isPaid: false, reason: 'Missed', fineWei: 0n } as const
    expect(said(at(250n, [claim(5, { outcome })])).slice(2)).toEqual([
      'skipped: Nothing was drawn',
      'failed: Nothing was verified',
      'done: Nothing was paid',
    ])
    expect(said(at(250n, [claim(5, { drawn, outcome })]))[3]).toBe('failed: 0 of 2 verified')
  })

  it('ends without a claim: after the claim deadline, or immediately if the broadcast had no work', () => {
    const nothing = ['skipped: Nothing was drawn', 'skipped: No verification was needed', 'skipped: Nothing to pay']
    expect(said(at(260n))).toEqual([
      'done: The stream has ended',
      'skipped: No transcoder claimed the work',
      ...nothing,
    ])
    expect(said(at(200n), 0)).toEqual(['done: The stream has ended', 'skipped: There was no work to claim', ...nothing])
  })

  it('shows steps also while the chain has not answered yet', () => {
    expect(said(undefined)[0]).toBe('running: The stream ends')
  })
})
