import { ClaimState, Verdict } from '@lp/contracts/protocol'
import { type Address, type Hex, numberToHex, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import * as Settlement from './Settlement'

const hex = (number: number): Hex => numberToHex(number, { size: 32 })
const transcoder: Address = '0x00000000000000000000000000000000000000aa'
const jobId = hex(7)

let height = 100
/** Each event has its own block and its own transaction. */
function event<Name extends Settlement.Event['eventName']>(
  eventName: Name,
  args: Partial<Extract<Settlement.Event, { eventName: Name }>['args']>,
) {
  height += 1
  const mark = { blockNumber: BigInt(height), transactionHash: hex(height) }
  return { ...mark, eventName, args: { jobId, ...args } } as unknown as Settlement.Event
}

const claimed = (claimId: Hex, segments: number, fees: bigint, fine = 0n) =>
  event('NewClaim', {
    ...{ claimId, transcoder, segments: BigInt(segments), fees, fine },
    ...{ verificationDeadline: 200n, verdictDeadline: 220n },
    claim: {
      ...{ jobId, transcoder, renditionKey: transcoder, fromSequence: 0n, previousClaimId: zeroHash },
      ...{ ranges: [{ first: 0n, last: BigInt(segments - 1) }], merkleRoot: zeroHash },
      durationMs: BigInt(2_000 * segments),
    },
  })
const drawn = (claimId: Hex, ...sequenceNumbers: bigint[]) => event('ChallengesSealed', { claimId, sequenceNumbers })
const asked = (claimId: Hex, sequenceNumber: bigint) => event('VerificationRequested', { claimId, sequenceNumber })
const found = (claimId: Hex, sequenceNumber: bigint, verdict: Verdict.Verdict) =>
  event('VerdictReported', { claimId, sequenceNumber, verdict: Verdict.toNumber(verdict) })
const paid = (claimId: Hex, fees: bigint) => event('FeesDistributed', { claimId, fees })
const refunded = (claimId: Hex, reason: ClaimState.RefundReason) =>
  event('ClaimRefunded', { claimId, reason: ClaimState.refundReasonNames.indexOf(reason) })

const [a, b] = [hex(1), hex(2)]
const terms = {
  ...{ jobId, broadcaster: transcoder, pricePerUnit: 1n, unitsPerSecond: 1n, reserveWei: 0n },
  ...{ jobBlock: 1n, endBlock: 150n, claimDeadline: 210n },
}
const at = (block: bigint, events: readonly Settlement.Event[]): Settlement.Settlement => ({
  job: terms,
  clock: { block, timeMs: 1_000_000, blockTimeMs: 2_000 },
  ...Settlement.fold(events),
})

describe('fold', () => {
  it('follows a claim from `claimWork` to the payment of its fees', () => {
    const events = [
      claimed(a, 5, 50n),
      drawn(a, 1n, 4n),
      asked(a, 1n),
      asked(a, 4n),
      found(a, 4n, 'Valid'),
      paid(a, 50n),
    ]
    const [claim] = Settlement.fold(events).claims
    expect(claim).toMatchObject({ claimId: a, segments: 5, feesWei: 50n, drawn: { sequenceNumbers: [1n, 4n] } })
    expect(claim?.checks.map(({ sequenceNumber, verdict }) => [sequenceNumber, verdict])).toEqual([
      [1n, undefined],
      [4n, 'Valid'],
    ])
    expect(claim?.checks[1]?.transactionHash).toBe(events[4]?.transactionHash)
    expect(claim?.outcome).toEqual({
      ...{ isPaid: true, feesWei: 50n, fineWei: 0n },
      transactionHash: events[5]?.transactionHash,
      blockNumber: events[5]?.blockNumber,
    })
  })

  it('names the reason of a refund', () => {
    const reasons = ClaimState.refundReasonNames.map(
      (reason) => Settlement.fold([claimed(a, 1, 1n), refunded(a, reason)]).claims[0]?.outcome,
    )
    expect(reasons.map((outcome) => outcome && !outcome.isPaid && outcome.reason)).toEqual([
      'Invalid',
      'Unavailable',
      'Missed',
      'Expired',
      'Equivocation',
      'Expelled',
    ])
  })

  it('ignores events of a claim that it does not know', () => {
    expect(Settlement.fold([paid(a, 50n), event('JobEnded', {})])).toMatchObject({ claims: [], ended: {} })
  })
})

describe('bill', () => {
  it('adds up the fees that are paid, refunded and pending', () => {
    const events = [
      claimed(a, 5, 50n),
      claimed(b, 3, 30n),
      paid(a, 50n),
      claimed(hex(3), 1, 7n),
      refunded(b, 'Invalid'),
    ]
    expect(Settlement.bill(Settlement.fold(events))).toEqual({
      ...{ segments: 5, durationMs: 10_000n, feesWei: 50n, refundedWei: 30n, fineWei: 0n, pendingWei: 7n },
    })
  })

  it('does not count a segment with a broken source as paid work, and adds up the fines', () => {
    const broken = [drawn(a, 1n), asked(a, 1n), found(a, 1n, 'InputInvalid')]
    const events = [claimed(a, 5, 50n, 5n), ...broken, claimed(b, 3, 30n, 3n), claimed(hex(3), 1, 7n, 1n)]
    const open = Settlement.fold(events)
    expect(Settlement.isValid(open.claims[0] as Settlement.Progress)).toBe(true)
    expect(Settlement.heldFineWei(open)).toBe(9n)
    const settled = Settlement.fold([...events, paid(a, 40n), refunded(b, 'Missed')])
    expect(Settlement.heldFineWei(settled)).toBe(1n)
    expect(Settlement.bill(settled)).toEqual({
      ...{ segments: 4, durationMs: 8_000n, feesWei: 40n, refundedWei: 40n, fineWei: 5n, pendingWei: 7n },
    })
  })
})

describe('isSettled', () => {
  const one = [claimed(a, 5, 50n), drawn(a), paid(a, 50n)]

  it('is false until the job is over and each claim is paid or refunded', () => {
    expect(Settlement.isSettled(at(149n, one), 5)).toBe(false)
    expect(Settlement.isSettled(at(150n, one.slice(0, 2)), 5)).toBe(false)
    expect(Settlement.isSettled(at(150n, one), 5)).toBe(true)
  })

  it('is false while segments are unclaimed and can still be claimed', () => {
    expect(Settlement.isSettled(at(209n, one), 6)).toBe(false)
    expect(Settlement.isSettled(at(210n, one), 6)).toBe(true)
    expect(Settlement.isSettled(at(150n, []), 0)).toBe(true)
    expect(Settlement.isSettled(at(210n, []), 6)).toBe(true)
  })
})

describe('expired', () => {
  const names = (settlement: Settlement.Settlement) => Settlement.expired(settlement).map(({ claimId }) => claimId)

  it('lists a claim from the verification deadline on if a disclosure is missing, and from the verdict deadline on if a verdict is missing', () => {
    const undisclosed = [claimed(a, 5, 50n), drawn(a, 1n, 2n), asked(a, 1n)]
    expect(names(at(199n, undisclosed))).toEqual([])
    expect(names(at(200n, undisclosed))).toEqual([a])
    const disclosed = [...undisclosed, asked(a, 2n), found(a, 1n, 'Valid')]
    expect(names(at(219n, disclosed))).toEqual([])
    expect(names(at(220n, disclosed))).toEqual([a])
    expect(names(at(220n, [...disclosed, found(a, 2n, 'Valid')]))).toEqual([])
  })
})

describe('timeOf', () => {
  it('assumes that the time between future blocks equals the time between recent blocks', () => {
    const { clock } = at(100n, [])
    expect([100n, 110n, 95n].map((block) => Settlement.timeOf(clock, block))).toEqual([1_000_000, 1_020_000, 990_000])
  })
})
