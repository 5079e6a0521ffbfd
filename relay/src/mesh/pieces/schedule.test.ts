import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { ownerOf, seedOf, turnsBefore } from './owners'
import type { Member, Neighbour, Situation, Want } from './Situation'
import { inPushOrder, schedule } from './schedule'

const never = Number.POSITIVE_INFINITY
const idOf = (number: number): Hex => `0x${number.toString(16).padStart(40, '0')}`
const member = (number: number): Member => ({ id: idOf(number), seed: seedOf(idOf(number)), weight: 1 })
const self = member(0)

const want = (change: Partial<Want> = {}): Want => ({
  ...{ seed: 7, byteLength: 16_384, knownAtMs: 10_000, deadlineMs: 13_000 },
  ...{ isBacklog: false, relay: 'idle', asked: undefined, refusals: undefined },
  ...change,
})

/** A neighbour that told us at `heldMs` that it holds all pieces. */
const neighbour = (number: number, heldMs = never, change: Partial<Neighbour> = {}): Neighbour => ({
  ...{ member: member(number), isFollowing: true, isUnpaid: false, rttMs: 50, bytesPerMs: 500 },
  ...{ pendingRequests: 0, pendingBytes: 0, load: 0, bytesTaken: 0, degree: 8, heldSinceMs: () => heldMs },
  ...change,
})

const situation = (change: Partial<Situation> = {}): Situation => {
  const { neighbours = [] } = change
  const members = neighbours.map(({ member }) => member)
  return {
    ...{ nowMs: 10_000, self, wants: [want()], neighbours, members, roomSize: members.length + 1 },
    ...{ relayMs: 100, lagMs: 0, isPush: true, random: () => 0 },
    ...change,
  }
}

const decide = (change: Partial<Situation> = {}) =>
  schedule(situation(change)).decisions.map((decision) =>
    decision.type === 'ask' ? `ask ${BigInt(decision.neighbourId)}` : decision.type,
  )

/** The seed of a piece for which `turns` turns come before ours. */
const seedWith = (turns: number, neighbours: readonly Neighbour[]): number => {
  const members = neighbours.map(({ member }) => member)
  for (let seed = 0; ; seed++) if (turnsBefore({ self, members, seed }) === turns) return seed
}

describe('schedule', () => {
  test('fetches a piece from the relay immediately if the room has no other member, or if we own the piece', () => {
    expect(decide()).toEqual(['relay'])
    const neighbours = [neighbour(1), neighbour(2)]
    expect(decide({ neighbours, wants: [want({ seed: seedWith(0, neighbours) })] })).toEqual(['relay'])
  })

  test('waits for the owner of a piece, and takes its own turn if no neighbour has the piece', () => {
    const neighbours = [neighbour(1), neighbour(2)]
    const wants = [want({ seed: seedWith(1, neighbours) })]
    const plan = schedule(situation({ neighbours, wants }))
    expect(plan).toMatchObject({ decisions: [], wakeAtMs: 10_300, isWaiting: true })
    expect(decide({ neighbours, wants, nowMs: 10_300 })).toEqual(['relay'])
  })

  test('waits longer if the timers of this machine are late, so that a busy machine does not ask the relay for a piece that the owner has already fetched', () => {
    const neighbours = [neighbour(1), neighbour(2)]
    const wants = [want({ seed: seedWith(1, neighbours) })]
    expect(schedule(situation({ neighbours, wants, lagMs: 400 })).wakeAtMs).toBe(10_700)
  })

  test('waits for the push of the owner before it asks a neighbour that holds the piece', () => {
    const neighbours = [neighbour(1, 10_050), neighbour(2, 10_050)]
    const wants = [want({ seed: seedWith(1, neighbours) })]
    const plan = schedule(situation({ neighbours, wants, nowMs: 10_100 }))
    expect(plan).toMatchObject({ decisions: [], wakeAtMs: 10_750 })
    expect(decide({ neighbours, wants, nowMs: 10_750 })).toEqual(['ask 1'])
    expect(decide({ neighbours, wants, nowMs: 10_100, isPush: false })).toEqual(['ask 1'])
  })

  test('takes a turn later in a room of more than 17 members, because a piece of the owner comes in two steps', () => {
    const far = Array.from({ length: 20 }, (_, index) => neighbour(index + 1))
    const members = far.map(({ member }) => member)
    const wants = [want({ seed: seedWith(1, far) })]
    const plan = schedule(situation({ neighbours: far.slice(0, 8), members, roomSize: 21, wants }))
    expect(plan).toMatchObject({ decisions: [], wakeAtMs: 10_450 })
  })

  test('does not wait for the push of an owner that is not our neighbour', () => {
    const near = [neighbour(1, 10_050)]
    const far = neighbour(2)
    const members = [...near, far].map(({ member }) => member)
    const owned = (by: Neighbour) => {
      for (let seed = 0; ; seed++) if (ownerOf(members, self, seed)?.id === by.member.id) return [want({ seed })]
    }
    const ask = (by: Neighbour) => decide({ neighbours: near, members, roomSize: 3, wants: owned(by), nowMs: 10_100 })
    expect(ask(far)).toEqual(['ask 1'])
    expect(ask(near[0] as Neighbour)).toEqual([])
  })

  test('in a room of more than 17 members, waits only briefly for a push after the owner says that it holds the piece', () => {
    const near = [neighbour(1, 10_050), neighbour(2, 10_050)]
    const members = Array.from({ length: 20 }, (_, index) => member(index + 1))
    const seed = Array.from({ length: 1_000 }, (_, seed) => seed).find(
      (seed) => ownerOf(members, self, seed)?.id === idOf(1),
    )
    const room = { neighbours: near, members, roomSize: 21, wants: [want({ seed: seed as number })] }
    expect(schedule(situation({ ...room, nowMs: 10_100 }))).toMatchObject({ decisions: [], wakeAtMs: 10_150 })
    expect(decide({ ...room, nowMs: 10_150 })).toHaveLength(1)
  })

  test('asks neighbours for pieces that are older than our membership, and never takes a turn for them', () => {
    const wants = [want({ isBacklog: true })]
    expect(decide({ wants, neighbours: [neighbour(1, 9_000)] })).toEqual(['ask 1'])
    expect(decide({ wants, neighbours: [neighbour(1)], nowMs: 12_000 })).toEqual([])
  })

  test('chooses a neighbour that needs much less time than the others, and avoids a loaded neighbour', () => {
    const wants = [want({ isBacklog: true })]
    const slow = neighbour(1, 9_000, { bytesPerMs: 50 })
    expect(decide({ wants, neighbours: [slow, neighbour(2, 9_000)] })).toEqual(['ask 2'])
    const loaded = neighbour(1, 9_000, { load: 1 })
    expect(decide({ wants, neighbours: [loaded, neighbour(2, 9_000)] })).toEqual(['ask 2'])
  })

  test('of the neighbours that are not much slower than the fastest, asks the one with the smallest quotient: bytes that we took from it / its weight', () => {
    const [much, little] = [
      neighbour(1, 0, { bytesTaken: 50_000 }),
      neighbour(2, 0, { bytesTaken: 40_000, rttMs: 120 }),
    ]
    const weak = { ...little, member: { ...member(3), weight: 0.5 } }
    const isPush = false
    expect(decide({ neighbours: [much, little], isPush })).toEqual(['ask 2'])
    expect(decide({ neighbours: [much, weak], isPush })).toEqual(['ask 1'])
    expect(decide({ neighbours: [much, { ...little, rttMs: 400 }], isPush })).toEqual(['ask 1'])
  })

  test('does not ask a neighbour that refused the piece, that must be paid first, or that has many open requests', () => {
    const wants = [want({ isBacklog: true, refusals: new Map([[idOf(1), never]]) })]
    const unpaid = neighbour(2, 9_000, { isUnpaid: true })
    const full = neighbour(3, 9_000, { pendingRequests: 8 })
    expect(decide({ wants, neighbours: [neighbour(1, 9_000), unpaid, full] })).toEqual([])
  })

  test('the piece with the nearest deadline comes first; of two pieces with the same deadline, the rarer piece', () => {
    const [late, soon] = [want({ isBacklog: true, deadlineMs: 14_000 }), want({ isBacklog: true })]
    const { decisions } = schedule(situation({ wants: [late, soon], neighbours: [neighbour(1, 9_000)] }))
    expect(decisions.map(({ want }) => want)).toEqual([soon, late])
    const rare = want({ isBacklog: true })
    const second = neighbour(2, never, { heldSinceMs: (asked) => (asked === rare ? never : 9_000) })
    const both = schedule(situation({ wants: [soon, rare], neighbours: [neighbour(1, 9_000), second] }))
    expect(both.decisions.map(({ want }) => want)).toEqual([rare, soon])
  })

  test('drops a request that has waited too long for an answer, and immediately asks another holder', () => {
    const asked = { neighbourId: idOf(1), atMs: 10_000, expectedMs: 100 }
    const wants = [want({ isBacklog: true, asked })]
    const neighbours = [neighbour(1, 9_000), neighbour(2, 9_000)]
    expect(schedule(situation({ wants, neighbours, nowMs: 10_100 }))).toMatchObject({ decisions: [], wakeAtMs: 10_350 })
    expect(decide({ wants, neighbours, nowMs: 10_350 })).toEqual(['drop', 'ask 2'])
  })

  test('fetches a piece from the relay shortly before its deadline, even if a neighbour was asked', () => {
    const asked = { neighbourId: idOf(1), atMs: 12_600, expectedMs: 100 }
    const wants = [want({ isBacklog: true, asked })]
    expect(decide({ wants, neighbours: [neighbour(1, 9_000)], nowMs: 12_720 })).toEqual(['relay'])
  })

  test('gives a piece up at its deadline only if the relay has failed and no neighbour holds the piece', () => {
    const wants = [want({ relay: 'failed' })]
    expect(schedule(situation({ wants, neighbours: [neighbour(1)] }))).toMatchObject({
      decisions: [],
      wakeAtMs: 13_000,
    })
    expect(decide({ wants, neighbours: [neighbour(1)], nowMs: 13_000 })).toEqual(['giveUp'])
    expect(decide({ wants, neighbours: [neighbour(1, 9_000)], nowMs: 13_000 })).toEqual(['ask 1'])
  })
})

test('in a room of more than 17 members, asks the neighbour that gave least of its share: a neighbour with more neighbours gives each of them less', () => {
  const taken = { bytesTaken: 100_000 }
  const near = [neighbour(1, 9_000, { ...taken, degree: 16 }), neighbour(2, 9_000, { ...taken, degree: 8 })]
  const members = Array.from({ length: 20 }, (_, index) => member(index + 1))
  const wants = [want({ isBacklog: true })]
  expect(decide({ neighbours: near, members, roomSize: 21, wants })).toEqual(['ask 2'])
})

test('an owner pushes first to the neighbours that gave least of their share, and last to those that upload nothing', () => {
  const strong = { ...member(3), weight: 4 }
  const near = [
    neighbour(1),
    neighbour(2, never, { bytesTaken: 100_000 }),
    neighbour(3, never, { bytesTaken: 100_000, member: strong }),
    neighbour(4, never, { bytesTaken: 10_000 }),
  ]
  const order = inPushOrder(near, { seed: 1, uploads: ({ member: { id } }) => id !== idOf(1) })
  expect(order.map(({ member: { id } }) => id)).toEqual([idOf(4), idOf(3), idOf(2), idOf(1)])
})
