import { Claim } from '@lp/contracts/protocol'
import { type Hex, zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { assignmentFrom, ModelChain, options, workAfter } from '../../testbeds/history'
import { lastProvable } from '../records/provable'
import { unclaimed } from './claimable'
import { lostClaims } from './lostClaims'

const domain = { chainId: 31337, jobsManager: '0x5555555555555555555555555555555555555555' } as const

/** A chain with one job, and the log of this job. Lines of the log can be lost. */
class History {
  readonly chain = new ModelChain()
  readonly assignments = [assignmentFrom(0n)]
  work: Claim.Work[] = []
  plannedClaims: Claim.Claim[] = []
  #next = 0n

  get progress() {
    return this.assignments.map(({ assignment }) => this.chain.progress(assignment.fromSequence))
  }

  /** The same rule as in `JobLog.lastProvableWork`. */
  get lastProvable() {
    const fromSequence = this.assignments.at(-1)?.assignment.fromSequence ?? 0n
    return lastProvable({ work: this.work, plannedClaims: this.plannedClaims, options, fromSequence })
  }

  #claimWith(claimPrefix: Hex) {
    return this.plannedClaims.find((plan) => Claim.prefixOf(Claim.id(plan)) === claimPrefix)
  }

  isHeld(claimPrefix: Hex) {
    const claim = this.#claimWith(claimPrefix)
    const numbers = new Set(this.work.map(({ segment }) => segment.sequenceNumber))
    return claim !== undefined && Claim.sequenceNumbers(claim).every((number) => numbers.has(number))
  }

  transcode(bits: number) {
    this.work.push(workAfter(this.lastProvable, { sequenceNumber: this.#next++, bits }))
  }

  /** Transcodes `segments` segments. One segment is missing before each of them. */
  transcodeWithGaps(segments: number) {
    for (let left = segments; left > 0; left--) {
      this.#next++
      this.transcode(300_000)
    }
  }

  /** Assigns the stream to us again, after some segments that were not assigned to us. */
  assign() {
    this.#next += 3n
    this.assignments.push(assignmentFrom(this.#next))
  }

  /** Claims all work that can be claimed. The model of the chain throws when a claim could not be proven. */
  claim() {
    const [{ assignments, progress, work }, isHeld] = [this, (claimPrefix: Hex) => this.isHeld(claimPrefix)]
    const claimedByOthers = new Set<bigint>()
    for (const open of unclaimed({ assignments, progress, work, claimedByOthers, options, isHeld })) {
      if (open.work.length === 0) continue
      const previous = this.#claimWith(open.progress.lastClaimPrefix)
      const previousClaimId = previous ? Claim.id(previous) : zeroHash
      const { claim } = Claim.create({
        ...{ assignment: open.assigned.assignment, previousClaimId, work: open.work, domain },
      })
      this.plannedClaims.push(claim)
      this.chain.claim(claim, { work: open.work, id: Claim.id(claim) })
    }
  }

  lost() {
    const { assignments, progress, work, plannedClaims } = this
    return lostClaims({ assignments, progress, work, plannedClaims, options, domain })
  }
}

/** Three claims under the first Assignment, and two claims under the second Assignment. */
function fiveClaims() {
  const history = new History()
  for (const [segments, isNew] of [[3], [1], [4], [2, true], [3]] as const) {
    if (isNew) history.assign()
    for (let left: number = segments; left > 0; left--) history.transcode(300_000 * left)
    history.claim()
  }
  expect(history.chain.claims).toHaveLength(5)
  return history
}

describe('a lost claim', () => {
  it.each([0, 1, 2, 3, 4])('is restored from the receipts (claim %i)', (lost) => {
    const history = fiveClaims()
    const [claim] = history.plannedClaims.splice(lost, 1)
    expect(history.lost()).toEqual([claim])
  })

  it('is restored when other claims are lost, too', () => {
    const history = fiveClaims()
    const claims = history.plannedClaims
    history.plannedClaims = [1, 3].map((kept) => claims[kept] as Claim.Claim)
    expect(history.lost()).toEqual([0, 2, 4].map((lost) => claims[lost]))
  })

  it('is not restored when the previous claim is lost, too, and both claims together have more ranges than one claim may have', () => {
    const history = new History()
    for (let claims = 0; claims < 2; claims++) {
      history.transcodeWithGaps(Claim.maxRanges - 10)
      history.claim()
    }
    expect(history.chain.claims).toHaveLength(2)
    const [first, second] = history.plannedClaims
    history.plannedClaims = [first as Claim.Claim]
    expect(history.lost()).toEqual([second])
    history.plannedClaims = []
    expect(history.lost()).toEqual([])
  })

  it('is not found when the log has all claims', () => {
    expect(fiveClaims().lost()).toEqual([])
  })

  it('is not restored when one of its receipts is lost, too; the relay then claims no later work under the Assignment of this claim', () => {
    const history = fiveClaims()
    history.plannedClaims.pop()
    history.work.pop()
    expect(history.lost()).toEqual([])
    history.transcode(100_000)
    history.claim()
    expect(history.chain.claims).toHaveLength(5)
  })
})

describe('a lost receipt', () => {
  it('makes later receipts unclaimable if their quantisers follow from it; work that is transcoded after the loss can be claimed', () => {
    const history = new History()
    for (const bits of [900_000, 100_000, 900_000, 100_000]) history.transcode(bits)
    history.work.splice(1, 1)
    history.transcode(400_000)
    history.claim()
    expect(history.chain.claims.map(({ claim }) => Claim.sequenceNumbers(claim))).toEqual([[0n, 4n]])
  })

  it('that was in a claim makes later work under the same Assignment unclaimable; work under other Assignments can be claimed', () => {
    const history = fiveClaims()
    history.work.splice(1, 1)
    history.transcode(400_000)
    history.claim()
    expect(history.chain.claims).toHaveLength(6)
    history.work = history.work.filter((work) => work !== history.chain.claims[5]?.work[0])
    history.transcode(400_000)
    history.claim()
    expect(history.chain.claims).toHaveLength(6)
  })
})

describe('a relay whose log has lost lines', () => {
  it.each(seeds(200))('makes no claim that cannot be proven (seed %i)', (seed) => {
    const random = randomFrom(seed)
    const history = new History()
    for (let turn = 0; turn < 60; turn++) {
      if (random(3) > 0) history.transcode(100_000 + random(900_000))
      if (random(8) === 0) history.claim()
      if (random(20) === 0) history.assign()
      if (random(12) > 0) continue
      // The disk loses a receipt or a claim, and the relay restarts.
      if (random(2) === 0) history.work.splice(random(history.work.length), 1)
      else history.plannedClaims.splice(random(history.plannedClaims.length), 1)
      history.plannedClaims.push(...history.lost())
    }
    history.transcode(400_000)
    const { work } = history
    const last = history.progress.at(-1)?.lastClaimPrefix as Hex
    const isClaimable = BigInt(last) === 0n || history.isHeld(last)
    history.claim()
    expect(history.chain.claimed.has(work.at(-1)?.segment.sequenceNumber as bigint)).toBe(isClaimable)
  })
})
