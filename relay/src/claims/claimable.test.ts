import { Claim } from '@lp/contracts/protocol'
import { zeroHash } from 'viem'
import { describe, expect, it } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { assignmentFrom, ModelChain, options, workAfter } from '../../testbeds/history'
import type { AcceptedAssignment } from '../records/AcceptedAssignment'
import { claimNow, durationOf, reasonToClaim, unclaimed } from './claimable'

const domain = { chainId: 31337, jobsManager: '0x5555555555555555555555555555555555555555' } as const
const terms = { pricePerUnit: 3n, unitsPerSecond: 1_000n }
const numbersOf = (work: readonly Claim.Work[]) => work.map(({ segment }) => segment.sequenceNumber)

/** Receipts with these sequence numbers under one Assignment. `before`: the previous receipt. */
function receipts(numbers: readonly number[], before?: Claim.Work): Claim.Work[] {
  const work: Claim.Work[] = []
  for (const number of numbers) {
    const bits = 200_000 + ((number * 7_919) % 11) * 90_000
    work.push(workAfter(work.at(-1) ?? before, { sequenceNumber: BigInt(number), bits }))
  }
  return work
}

/** A job's log, and the chain on which the work is claimed. */
type History = {
  chain: ModelChain
  assignments: readonly AcceptedAssignment[]
  work: readonly Claim.Work[]
  claimedByOthers?: ReadonlySet<bigint>
}
const find = ({ chain, assignments, work, claimedByOthers = new Set() }: History) => {
  const progress = assignments.map(({ assignment }) => chain.progress(assignment.fromSequence))
  return unclaimed({ assignments, progress, work, claimedByOthers, options, isHeld: () => true })
}

/** Makes one claim under each Assignment that has unclaimed work. Returns whether it made a claim. */
function claimOnce(history: History, { payable = 10n ** 18n } = {}): boolean {
  let claimed = false
  for (const { assigned, progress, work } of find(history)) {
    const now = claimNow(work, { terms, payable, maxDurationMs: 10n ** 9n })
    if (now.length === 0) continue
    const ids = history.chain.claims.map((claimed) => Claim.id(claimed.claim))
    const previousClaimId = ids.find((id) => Claim.prefixOf(id) === progress.lastClaimPrefix) ?? zeroHash
    const { claim } = Claim.create({ assignment: assigned.assignment, previousClaimId, work: now, domain })
    history.chain.claim(claim, { work: now, id: Claim.id(claim) })
    claimed = true
  }
  return claimed
}

describe('unclaimed', () => {
  it('returns all work while there is no claim, and only the segments that follow the claimed segments when there is a claim', () => {
    const history = { chain: new ModelChain(), assignments: [assignmentFrom(0n)], work: receipts([0, 1, 2, 5]) }
    expect(find(history).map(({ work }) => numbersOf(work))).toEqual([[0n, 1n, 2n, 5n]])
    claimOnce(history)
    const work = [...history.work, ...receipts([6, 7], history.work.at(-1))]
    expect(find({ ...history, work }).map(({ work }) => numbersOf(work))).toEqual([[6n, 7n]])
  })

  it('returns each segment under the newest Assignment that begins at or before the segment', () => {
    const work = [...receipts([0, 1, 2]), ...receipts([9, 10])]
    const history = { chain: new ModelChain(), assignments: [assignmentFrom(0n), assignmentFrom(9n)], work }
    expect(find(history).map(({ work }) => numbersOf(work))).toEqual([
      [0n, 1n, 2n],
      [9n, 10n],
    ])
  })

  it('returns only segments before the first segment of a successor', () => {
    const history = { chain: new ModelChain(), assignments: [assignmentFrom(0n)], work: receipts([0, 1, 2, 3]) }
    history.chain.show(2n)
    expect(numbersOf(find(history)[0]?.work ?? [])).toEqual([0n, 1n])
  })

  it('leaves out segments that other transcoders have claimed, and later segments that could not be disclosed without them', () => {
    const [assignments, work] = [[assignmentFrom(0n)], receipts([0, 1, 2, 3, 4, 5, 6, 7])]
    const history = { chain: new ModelChain(), assignments, work, claimedByOthers: new Set([0n]) }
    history.chain.claimed.add(0n)
    expect(numbersOf(find(history)[0]?.work ?? [])).not.toContain(0n)
    // The model refuses a claim with a segment that could not be disclosed.
    claimOnce(history)
  })
})

describe('a random history', () => {
  it.each(seeds(200))('has each of our segments in exactly one claim (seed %i)', (seed) => {
    const random = randomFrom(seed)
    const chain = new ModelChain()
    const assignments: AcceptedAssignment[] = []
    const work: Claim.Work[] = []
    const mine = new Set<bigint>()
    let next = BigInt(random(3))
    for (let turn = 0; turn < 4; turn++) {
      // The stream is assigned to us. The transcoder between two of our Assignments may have shown its own Assignment.
      assignments.push(assignmentFrom(next))
      let before: Claim.Work | undefined
      const segments = random(12)
      for (let index = 0; index < segments; index++) {
        // Some segments were refused or never arrived.
        if (random(6) === 0) next += BigInt(1 + random(3))
        before = workAfter(before, { sequenceNumber: next, durationMs: 500 + random(3_000), bits: random(900_000) })
        work.push(before)
        mine.add(next++)
        // We claim in the middle of the stream, as a relay does after a silence or when much of the reserve is used.
        if (random(5) === 0) claimOnce({ chain, assignments, work }, { payable: BigInt(random(40_000)) })
      }
      if (random(2) === 0) {
        // A handover: our last segments were never acknowledged, and now belong to another transcoder. If both Assignments
        // started at the same segment, the first claim would be valid, and we could claim first. So the handover starts at
        // least one segment after our Assignment.
        const [earliest, from] = [(assignments.at(-1)?.assignment.fromSequence ?? 0n) + 1n, next - BigInt(random(3))]
        const shown = from > earliest ? from : earliest
        for (let number = shown; number < next; number++) if (!chain.claimed.has(number)) mine.delete(number)
        chain.show(shown)
        next += BigInt(1 + random(5))
      }
    }
    while (claimOnce({ chain, assignments, work })) {}
    const claimed = chain.claims.flatMap(({ work }) => numbersOf(work))
    expect(new Set(claimed).size).toBe(claimed.length)
    expect([...claimed].sort((a, b) => Number(a - b))).toEqual([...mine].sort((a, b) => Number(a - b)))
  })
})

describe('claimNow', () => {
  const work = receipts([0, 1, 2, 3])
  const most = { terms, payable: 10n ** 18n, maxDurationMs: 10n ** 9n }

  it('returns segments whose fees together are at most `payable`', () => {
    const two = Claim.fees({ ...terms, durationMs: 4_000n })
    expect(numbersOf(claimNow(work, { ...most, payable: two }))).toEqual([0n, 1n])
    expect(numbersOf(claimNow(work, { ...most, payable: two - 1n }))).toEqual([0n])
    expect(claimNow(work, { ...most, payable: 0n })).toEqual([])
  })

  it('returns segments that together last at most `maxDurationMs`', () => {
    expect(numbersOf(claimNow(work, { ...most, maxDurationMs: 5_999n }))).toEqual([0n, 1n])
  })

  it('returns at most as many segments and ranges as the contracts accept', () => {
    const many = receipts(Array.from({ length: 2_100 }, (_, number) => number))
    expect(claimNow(many, most)).toHaveLength(Claim.maxSegments)
    const gaps = receipts(Array.from({ length: 100 }, (_, number) => 2 * number))
    const now = claimNow(gaps, most)
    expect(Claim.rangesOf(numbersOf(now))).toHaveLength(64)
    expect(durationOf(now)).toBe(128_000n)
  })
})

describe('reasonToClaim', () => {
  const working = { segments: 5, fees: 10n, reserve: 100n, isOver: false, quietMs: 1_000 }

  it.each([
    ['no reason when there is little work', {}, undefined],
    ['the reason “ended” when the stream is over', { isOver: true }, 'ended'],
    ['no reason while the broadcaster can come back', { quietMs: 29_999 }, undefined],
    ['the reason “silent” after a silence', { quietMs: 30_000 }, 'silent'],
    ['the reason “reserve” when the fees are half of the reserve', { fees: 50n }, 'reserve'],
    ['the reason “many” when there are many segments', { segments: 1_024 }, 'many'],
    ['no reason when there is no work', { segments: 0, isOver: true }, undefined],
  ] as const)('returns %s', (_, change, reason) => {
    expect(reasonToClaim({ ...working, ...change })).toBe(reason)
  })
})
