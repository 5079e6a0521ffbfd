import { Claim } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { createDice, entryAfter, givenFrom, ModelChain, options } from '../../testbeds/history'
import type { Entry, Given } from '../jobs/JobLog'
import { claimNow, durationOf, reasonToClaim, unclaimed } from './claimable'

const domain = { chainId: 31337, jobsManager: '0x5555555555555555555555555555555555555555' } as const
const terms = { pricePerUnit: 3n, unitsPerSecond: 1_000n }
const numbersOf = (work: readonly Entry[]) => work.map(({ segment }) => segment.sequenceNumber)

/** Receipts with these numbers under one Assignment. */
function receipts(numbers: readonly number[], before?: Entry): Entry[] {
  const entries: Entry[] = []
  for (const number of numbers) {
    const bits = 200_000 + ((number * 7_919) % 11) * 90_000
    entries.push(entryAfter(entries.at(-1) ?? before, { sequenceNumber: BigInt(number), bits }))
  }
  return entries
}

type Found = { chain: ModelChain; given: readonly Given[]; entries: readonly Entry[]; taken?: ReadonlySet<bigint> }
const find = ({ chain, given, entries, taken = new Set() }: Found) => {
  const standings = given.map(({ assignment }) => chain.standing(assignment.fromSequence))
  return unclaimed({ given, standings, entries, taken, options })
}

/** Claims once under each Assignment what may be claimed; `false` when there was nothing. */
function claimOnce(found: Found, { payable = 10n ** 18n } = {}): boolean {
  let claimed = false
  for (const { given, standing, work } of find(found)) {
    const now = claimNow(work, { terms, payable, maxDurationMs: 10n ** 9n })
    if (now.length === 0) continue
    const previousClaimId = standing.lastClaimId
    const { claim } = Claim.create({ assignment: given.assignment, previousClaimId, work: now, domain })
    found.chain.claim(claim, { work: now, id: Claim.id(claim) })
    claimed = true
  }
  return claimed
}

describe('unclaimed', () => {
  it('is everything before the first claim, and what came since after it', () => {
    const found = { chain: new ModelChain(), given: [givenFrom(0n)], entries: receipts([0, 1, 2, 5]) }
    expect(find(found).map(({ work }) => numbersOf(work))).toEqual([[0n, 1n, 2n, 5n]])
    claimOnce(found)
    const entries = [...found.entries, ...receipts([6, 7], found.entries.at(-1))]
    expect(find({ ...found, entries }).map(({ work }) => numbersOf(work))).toEqual([[6n, 7n]])
  })

  it('belongs to the newest Assignment that begins before it', () => {
    const entries = [...receipts([0, 1, 2]), ...receipts([9, 10])]
    const found = { chain: new ModelChain(), given: [givenFrom(0n), givenFrom(9n)], entries }
    expect(find(found).map(({ work }) => numbersOf(work))).toEqual([
      [0n, 1n, 2n],
      [9n, 10n],
    ])
  })

  it('ends where a successor begins', () => {
    const found = { chain: new ModelChain(), given: [givenFrom(0n)], entries: receipts([0, 1, 2, 3]) }
    found.chain.show(2n)
    expect(numbersOf(find(found)[0]?.work ?? [])).toEqual([0n, 1n])
  })

  it('leaves out what others have claimed, and what can then not be disclosed', () => {
    const entries = receipts([0, 1, 2, 3, 4, 5, 6, 7])
    const found = { chain: new ModelChain(), given: [givenFrom(0n)], entries, taken: new Set([0n]) }
    found.chain.claimed.add(0n)
    expect(numbersOf(find(found)[0]?.work ?? [])).not.toContain(0n)
    // The model refuses a claim of which a segment could not be disclosed.
    claimOnce(found)
  })
})

describe('a random history', () => {
  it.each(Array.from({ length: 200 }, (_, seed) => seed))('is claimed once and whole (seed %i)', (seed) => {
    const dice = createDice(seed)
    const chain = new ModelChain()
    const given: Given[] = []
    const entries: Entry[] = []
    const mine = new Set<bigint>()
    let next = BigInt(dice(3))
    for (let turn = 0; turn < 4; turn++) {
      // Given to us; whoever had it between has shown his Assignment, or has not.
      given.push(givenFrom(next))
      let before: Entry | undefined
      const segments = dice(12)
      for (let index = 0; index < segments; index++) {
        // A segment that was refused or never arrived.
        if (dice(6) === 0) next += BigInt(1 + dice(3))
        before = entryAfter(before, { sequenceNumber: next, durationMs: 500 + dice(3_000), bits: dice(900_000) })
        entries.push(before)
        mine.add(next++)
        // In the middle of it: the reserve was near, the stream silent, the money short, or the claim was never sent.
        if (dice(5) === 0) claimOnce({ chain, given, entries }, { payable: BigInt(dice(40_000)) })
      }
      if (dice(2) === 0) {
        // A handover: our last segments were never acknowledged, and are somebody else's now.
        // One that begins with ours takes nothing from it: then who claims first has it.
        const [earliest, from] = [(given.at(-1)?.assignment.fromSequence ?? 0n) + 1n, next - BigInt(dice(3))]
        const shown = from > earliest ? from : earliest
        for (let number = shown; number < next; number++) if (!chain.claimed.has(number)) mine.delete(number)
        chain.show(shown)
        next += BigInt(1 + dice(5))
      }
    }
    while (claimOnce({ chain, given, entries })) {}
    const claimed = chain.claims.flatMap(({ work }) => numbersOf(work))
    expect(new Set(claimed).size).toBe(claimed.length)
    expect([...claimed].sort((a, b) => Number(a - b))).toEqual([...mine].sort((a, b) => Number(a - b)))
  })
})

describe('claimNow', () => {
  const work = receipts([0, 1, 2, 3])
  const most = { terms, payable: 10n ** 18n, maxDurationMs: 10n ** 9n }

  it('takes what the money pays for', () => {
    const two = Claim.fees({ ...terms, durationMs: 4_000n })
    expect(numbersOf(claimNow(work, { ...most, payable: two }))).toEqual([0n, 1n])
    expect(numbersOf(claimNow(work, { ...most, payable: two - 1n }))).toEqual([0n])
    expect(claimNow(work, { ...most, payable: 0n })).toEqual([])
  })

  it('takes what the time since the job can hold', () => {
    expect(numbersOf(claimNow(work, { ...most, maxDurationMs: 5_999n }))).toEqual([0n, 1n])
  })

  it('takes at most what the contracts take', () => {
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
    ['nothing while there is little', {}, undefined],
    ['the end', { isOver: true }, 'ended'],
    ['silence', { quietMs: 10_000 }, 'silent'],
    ['half of the reserve', { fees: 50n }, 'reserve'],
    ['many segments', { segments: 1_024 }, 'many'],
    ['nothing without work', { segments: 0, isOver: true }, undefined],
  ] as const)('gives %s', (_, change, reason) => {
    expect(reasonToClaim({ ...working, ...change })).toBe(reason)
  })
})
