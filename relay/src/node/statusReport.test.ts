import { describe, expect, it } from 'vitest'
import type { StatusJson } from '../gateway/StatusJson'
import { statusReport } from './statusReport'

const hash = (digit: string) => `0x${digit.repeat(64)}` as const
const claim = {
  ...{ claimId: hash('c'), fromSequence: '0', durationMs: '20000', reason: undefined, claimBlock: '100' },
  ...{ verificationDeadline: '140', verdictDeadline: '160', challenged: [] as string[], disclosed: '0', passed: '0' },
}
const status: StatusJson = {
  ...{ version: '0.1.0', address: '0x1111111111111111111111111111111111111111', roles: ['transcoder', 'relay'] },
  chain: { id: 31337, jobsManager: '0x2222222222222222222222222222222222222222', block: '110', secondsPerBlock: 12 },
  ffmpeg: { engine: 'ffmpeg 5.1', sandbox: 'bubblewrap' },
  faults: [],
  earnings: { unclaimed: '0', inEscrow: '2000000000000000', earned: '0', withdrawn: '1000000000000000' },
  streams: [{ streamId: hash('a'), state: 'live', segments: { source: 30, '480p': 30 } }],
  claims: [
    {
      ...{ jobId: hash('b'), streamId: hash('a'), state: 'settling', claimDeadline: '150' },
      unclaimed: { segments: 2, fees: '500000000000000' },
      claims: [
        { ...claim, ranges: [{ first: '0', last: '9' }], segments: 10, fees: '1000000000000000', state: 'paid' },
        {
          ...{
            ...claim,
            ranges: [
              { first: '10', last: '12' },
              { first: '14', last: '14' },
            ],
            segments: 4,
          },
          ...{ fees: '2000000000000000', state: 'sealed', challenged: ['11', '14'], disclosed: '1' },
        },
        {
          ...{ ...claim, ranges: [{ first: '15', last: '16' }], segments: 2, fees: '1' },
          ...{ state: 'refunded', reason: 'Expired' },
        },
      ],
    },
  ],
}

describe('the report of a relay', () => {
  it('shows claims, deadlines and earnings', () => {
    expect(statusReport(status)).toMatchInlineSnapshot(`
      "lp-relay 0.1.0  0x1111111111111111111111111111111111111111
      transcoder, relay on chain 31337, block 110

      not claimed  0 ETH
      in escrow    0.002 ETH
      earned       0 ETH
      withdrawn    0.001 ETH

      STREAM
      0xaaaaaaaa…  live  30 segments

      JOB          SEGMENTS   FEES                      STATE
      0xbbbbbbbb…  0–9        0.001 ETH                 paid
      0xbbbbbbbb…  10–12, 14  0.002 ETH                 being disclosed                                 1 of 2 disclosed, within 6 min
      0xbbbbbbbb…  15–16      0.000000000000000001 ETH  refunded: the verifier gave no verdict in time
      0xbbbbbbbb…  2 more     0.0005 ETH                not claimed yet                                 claim within 8 min"
    `)
  })

  it('shows each kind of fault with its count', () => {
    const { claims: _, earnings: __, ...idle } = { ...status, streams: [] }
    const lastMs = Date.UTC(2026, 0, 2, 3, 4, 5)
    const faults = [
      { room: 'storage', kind: 'ENOSPC', count: 12, lastMs },
      { room: 'gateway', kind: 'gateway.AnswerError', count: 1, lastMs: lastMs + 1_000 },
    ]
    expect(statusReport({ ...idle, faults })).toMatchInlineSnapshot(`
      "lp-relay 0.1.0  0x1111111111111111111111111111111111111111
      transcoder, relay on chain 31337, block 110

      FAULT                        TIMES  LAST
      storage ENOSPC               12     2026-01-02 03:04:05 UTC
      gateway gateway.AnswerError  1      2026-01-02 03:04:06 UTC"
    `)
  })

  it('shows the round, and the seat, the stake and the terms of the transcoder', () => {
    const { claims: _, earnings: __, ...idle } = { ...status, streams: [] }
    const round = {
      number: '12',
      initialized: true,
      locked: false,
      startBlock: '100',
      lockBlock: '127',
      endBlock: '130',
    }
    const seat = {
      ...({ state: 'active', available: true, reward: 'called', missedRewards: '0' } as const),
      work: { done: '1320', expected: '1000', required: '100000' },
      verifications: { verdicts: '200', failures: '3' },
      stake: { own: '123456789012345678901', delegated: '2000000000000000000', missing: '0' },
      terms: { pricePerUnit: '100', blockRewardCut: '100000', feeShare: '255000' },
    }
    expect(statusReport({ ...idle, round, seat })).toMatchInlineSnapshot(`
      "lp-relay 0.1.0  0x1111111111111111111111111111111111111111
      transcoder, relay on chain 31337, block 110

      round 12, ends in 4 min, rates will be locked in 3 min
      active, open for new jobs
      reward called
      work 132 % of the expected work (at least 10 % needed)
      verdicts 3 failures in the last 200
      stake 123.4567 LPT of its own, 2 LPT delegated
      price 100 wei a unit, reward cut 10 %, fee share 25.5 %"
    `)
    const late = { ...round, locked: true, initialized: false }
    const idlest = {
      work: { done: '9', expected: '100', required: '100000' },
      verifications: { verdicts: '0', failures: '0' },
    }
    const closed = {
      ...seat,
      state: 'waiting',
      available: false,
      reward: 'none',
      missedRewards: '2',
      ...idlest,
    } as const
    const { secondsPerBlock: ___, ...chain } = status.chain
    expect(statusReport({ ...idle, chain, round: late, seat: closed })).toMatchInlineSnapshot(`
      "lp-relay 0.1.0  0x1111111111111111111111111111111111111111
      transcoder, relay on chain 31337, block 110

      round 12, ends at block 130, not initialized yet
      waiting for a seat (other transcoders have more stake), closed for new jobs
      reward none in this round, 2 missed in a row
      work 9 % of the expected work (at least 10 % needed: with less, a reward mints nothing)
      verdicts none yet
      stake 123.4567 LPT of its own, 2 LPT delegated
      price 100 wei a unit, reward cut 10 %, fee share 25.5 %"
    `)
    const fresh = { ...seat, work: { ...seat.work, expected: '0' } }
    expect(statusReport({ ...idle, round, seat: fresh })).toContain(
      'work not expected: the network has too little work',
    )
    expect(statusReport({ ...idle, round, seat: { ...seat, state: 'none' } })).toMatch(
      /not registered as a transcoder yet$/,
    )
  })

  it('shows deadlines as block numbers when the time between blocks is unknown', () => {
    const { secondsPerBlock: _, ...chain } = status.chain
    expect(statusReport({ ...status, chain })).toContain('1 of 2 disclosed, before block 140')
  })

  it('is short for a relay without work', () => {
    const { claims: _, earnings: __, ...idle } = { ...status, streams: [] }
    expect(statusReport(idle)).toBe(
      'lp-relay 0.1.0  0x1111111111111111111111111111111111111111\ntranscoder, relay on chain 31337, block 110',
    )
  })

  it('shows the verdicts of a verifier, and the segments that wait for a verdict', () => {
    const { claims: _, earnings: __, ...idle } = { ...status, streams: [], roles: ['verifier'] }
    const [transcoder, claimId] = ['0x3333333333333333333333333333333333333333', hash('d')] as const
    expect(statusReport({ ...idle, verifier: { waiting: [], verdicts: {} } })).toMatch(/no verdict yet$/)
    const waiting = [{ claimId, jobId: hash('b'), transcoder, sequenceNumber: '7', deadline: '115' }]
    expect(
      statusReport({ ...idle, verifier: { waiting, verdicts: { Valid: 12, Invalid: 1 } } }),
    ).toMatchInlineSnapshot(`
      "lp-relay 0.1.0  0x1111111111111111111111111111111111111111
      verifier on chain 31337, block 110

      VERDICT  SEGMENTS
      Valid    12
      Invalid  1

      JOB          SEGMENT  VERDICT
      0xbbbbbbbb…  7        within 60 s"
    `)
  })
})
