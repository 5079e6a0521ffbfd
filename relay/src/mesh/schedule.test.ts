import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { rankOf } from './rendezvous'
import {
  type Decision,
  hasUploadSlot,
  maxSilenceMs,
  reserveMs,
  type Situation,
  type Source,
  schedule,
  type Want,
} from './schedule'

const streamId: Hex = `0x${'aa'.repeat(32)}`
const peerId = (number: number): Hex => `0x${number.toString(16).padStart(40, '0')}`

const want = (change: Partial<Want> = {}): Want => ({
  ...{ streamId, sequenceNumber: 7n, byteLength: 500_000, wantedAtMs: 10_000, deadlineMs: 12_000 },
  ...{ gateway: 'idle', asked: undefined, rejections: new Map() },
  ...change,
})

/** A peer that holds the segments with these sequence numbers. */
const source = (number: number, held: readonly bigint[], change: Partial<Source> = {}): Source => ({
  ...{ id: peerId(number), isRelay: false, isUnpaid: false, bytesPerMs: undefined, pending: 0 },
  holdings: {
    has: ({ sequenceNumber }) => held.includes(sequenceNumber),
    isFollowing: ({ sequenceNumber }) => held.includes(sequenceNumber) || held.includes(sequenceNumber - 1n),
  },
  ...change,
})

const situation = (change: Partial<Situation>): Situation => ({
  ...{ nowMs: 10_000, selfId: peerId(0), wants: [want()], sources: [], gatewayMs: 200, random: () => 0 },
  ...change,
})

const described = (decisions: readonly Decision[]) =>
  decisions.map((decision) =>
    decision.type === 'ask' ? `ask ${BigInt(decision.peerId)}` : `${decision.type} ${decision.want.sequenceNumber}`,
  )
const decide = (change: Partial<Situation>) => described(schedule(situation(change)).decisions)

/** An id for us. It has the given rank among `others` for segment 7. */
const selfRanked = (rank: number, others: readonly Source[]): Hex => {
  for (let number = 1_000; ; number++) {
    const selfId = peerId(number)
    if (rankOf({ selfId, others: others.map(({ id }) => id), place: want() }) === rank) return selfId
  }
}

describe('schedule', () => {
  test('asks the gateway immediately when there are no other viewers', () => {
    expect(decide({})).toEqual(['gateway 7'])
  })

  test('does not ask a peer that must be paid first, but still waits while this peer has its turn at the gateway', () => {
    const unpaid = source(1, [7n], { isUnpaid: true })
    expect(decide({ selfId: selfRanked(0, [unpaid]), sources: [unpaid] })).toEqual(['gateway 7'])
    expect(decide({ selfId: selfRanked(1, [unpaid]), sources: [unpaid] })).toEqual([])
    expect(decide({ sources: [unpaid, source(2, [7n])] })).toEqual(['ask 2'])
  })

  test('if the gateway has failed and the only holder must be paid first, gives up only at the deadline', () => {
    const failed = { wants: [want({ gateway: 'failed' })], sources: [source(1, [7n], { isUnpaid: true })] }
    expect(schedule(situation(failed))).toEqual({ decisions: [], wakeAtMs: 12_000 })
    expect(decide({ ...failed, nowMs: 12_000 })).toEqual(['giveUp 7'])
  })

  test('asks the holder that needs much less time than the others', () => {
    const sources = [source(1, [7n], { bytesPerMs: 600 }), source(2, [7n], { bytesPerMs: 2_000 })]
    expect(decide({ sources })).toEqual(['ask 2'])
    const busy = [source(1, [7n], { bytesPerMs: 1_500 }), source(2, [7n], { bytesPerMs: 2_000, pending: 1 })]
    expect(decide({ sources: busy })).toEqual(['ask 1'])
  })

  test('chooses at random among peers of similar speed', () => {
    const sources = [1, 2, 3].map((number) => source(number, [7n], { bytesPerMs: 2_000 + number }))
    expect([0, 0.5, 0.99].flatMap((chance) => decide({ sources, random: () => chance }))).toEqual([
      'ask 1',
      'ask 2',
      'ask 3',
    ])
  })

  test('asks the gateway immediately if our turn comes first; if our turn comes second, waits for one turn', () => {
    const sources = [source(1, [6n]), source(2, [6n])]
    expect(decide({ sources, selfId: selfRanked(0, sources) })).toEqual(['gateway 7'])
    const selfId = selfRanked(1, sources)
    const waiting = schedule(situation({ sources, selfId }))
    expect(waiting.decisions).toEqual([])
    expect(waiting.wakeAtMs).toBe(10_400)
    expect(decide({ sources, selfId, nowMs: 10_400 })).toEqual(['gateway 7'])
  })

  test('lets the first two of six viewers ask the gateway immediately, and lets the others wait', () => {
    const sources = [1, 2, 3, 4, 5].map((number) => source(number, [6n]))
    expect(decide({ sources, selfId: selfRanked(1, sources) })).toEqual(['gateway 7'])
    expect(decide({ sources, selfId: selfRanked(2, sources) })).toEqual([])
  })

  test('gives a relay no turn at the gateway, so the only viewer among relays asks immediately', () => {
    const sources = [source(1, [6n], { isRelay: true })]
    expect(decide({ sources })).toEqual(['gateway 7'])
  })

  test('asks the gateway when the deadline is near, even if a peer is sending the segment', () => {
    const nowMs = 12_000 - reserveMs(200)
    const asked = { peerId: peerId(1), atMs: nowMs - 100, answered: true }
    expect(decide({ nowMs, sources: [source(1, [7n])] })).toEqual(['gateway 7'])
    expect(decide({ nowMs, sources: [source(1, [7n])], wants: [want({ asked })] })).toEqual(['gateway 7'])
    expect(decide({ nowMs, wants: [want({ gateway: 'asked' })] })).toEqual([])
  })

  test('asks a slower gateway at an earlier time, so that its answer also comes before the deadline', () => {
    const sources = [source(1, [7n])]
    expect(decide({ nowMs: 11_000, sources, gatewayMs: 200 })).toEqual(['ask 1'])
    expect(decide({ nowMs: 11_000, sources, gatewayMs: 700 })).toEqual(['gateway 7'])
  })

  test('does not ask a peer that is too slow, unless the gateway has failed', () => {
    const sources = [source(1, [7n], { bytesPerMs: 300 })]
    expect(decide({ sources, selfId: selfRanked(0, sources) })).toEqual(['gateway 7'])
    expect(decide({ sources, wants: [want({ gateway: 'failed' })] })).toEqual(['ask 1'])
  })

  test('drops a request without an answer, and asks another peer', () => {
    const asked = { peerId: peerId(1), atMs: 10_000, answered: false }
    const sources = [source(1, [7n]), source(2, [7n])]
    expect(decide({ nowMs: 10_000 + maxSilenceMs - 1, sources, wants: [want({ asked })] })).toEqual([])
    expect(decide({ nowMs: 10_000 + maxSilenceMs, sources, wants: [want({ asked })] })).toEqual(['drop 7', 'ask 2'])
    const answered = { ...asked, answered: true }
    expect(decide({ nowMs: 10_000 + maxSilenceMs, sources, wants: [want({ asked: answered })] })).toEqual([])
  })

  test('asks a busy peer again after its retry time', () => {
    const wants = [want({ rejections: new Map([[peerId(1), 10_150]]) })]
    const sources = [source(1, [7n])]
    const { decisions, wakeAtMs } = schedule(situation({ sources, wants }))
    expect([decisions, wakeAtMs]).toEqual([[], 10_150])
    expect(decide({ sources, wants, nowMs: 10_150 })).toEqual(['ask 1'])
  })

  test('first fetches the segment with the nearest deadline; of segments with the same deadline, the rarer one first; sends at most two requests to one peer', () => {
    const wants = [
      want({ sequenceNumber: 9n, deadlineMs: 13_000 }),
      want({ sequenceNumber: 8n }),
      want({ sequenceNumber: 7n }),
    ]
    const all = source(1, [7n, 8n, 9n])
    expect(decide({ wants, sources: [all] })).toEqual(['ask 1', 'ask 1'])
    const rarer = schedule(situation({ wants, sources: [all, source(2, [8n])] })).decisions
    expect(rarer.map(({ want }) => want.sequenceNumber)).toEqual([7n, 8n, 9n])
  })

  test('gives up only when the gateway has failed and no peer that we can ask holds the segment', () => {
    const wants = [want({ gateway: 'failed' })]
    expect(decide({ wants })).toEqual(['giveUp 7'])
    expect(decide({ wants, sources: [source(1, [7n])] })).toEqual(['ask 1'])
  })

  test('obeys its rules in 20,000 random situations', () => {
    const random = randomFrom(3)
    for (let round = 0; round < 20_000; round++) {
      const nowMs = 10_000 + random(2_500)
      const sources = Array.from({ length: random(6) }, (_, number) => {
        const held = [5n, 6n, 7n, 8n].filter(() => random(2))
        const speed = random(3) ? 100 + random(3_000) : undefined
        const [isRelay, isUnpaid] = [random(5) === 0, random(5) === 0]
        return source(number + 1, held, { bytesPerMs: speed, pending: random(3), isRelay, isUnpaid })
      })
      const wants = [7n, 8n].slice(0, 1 + random(2)).map((sequenceNumber) => {
        const atMs = 10_000 + random(nowMs - 10_000 + 1)
        const gateway = (['idle', 'asked', 'failed'] as const)[random(3)] ?? 'idle'
        const asked = random(3) ? undefined : { peerId: peerId(1 + random(6)), atMs, answered: random(2) === 0 }
        const rejections = new Map(random(2) ? [[peerId(1 + random(6)), nowMs + random(200) - 100]] : [])
        return want({ sequenceNumber, deadlineMs: 12_000 + random(500), gateway, asked, rejections })
      })
      const gatewayMs = 150 + random(1_000)
      const { decisions, wakeAtMs } = schedule(situation({ nowMs, wants, sources, gatewayMs, random: Math.random }))
      expect(wakeAtMs).toBeGreaterThan(nowMs)
      for (const wanted of wants) {
        const own = decisions.filter(({ want }) => want === wanted)
        const isUrgent = wanted.gateway === 'idle' && nowMs >= wanted.deadlineMs - reserveMs(gatewayMs)
        expect(own.some(({ type }) => type === 'gateway') || !isUrgent).toBe(true)
        expect(own.filter(({ type }) => type !== 'drop').length).toBeLessThanOrEqual(1)
        for (const decision of own) {
          if (decision.type === 'gateway') expect(wanted.gateway).toBe('idle')
          if (decision.type !== 'ask') continue
          const asked = sources.find(({ id }) => id === decision.peerId)
          expect(asked?.holdings.has(wanted)).toBe(true)
          expect(asked?.isUnpaid).toBe(false)
          expect(wanted.rejections.get(decision.peerId) ?? 0).toBeLessThanOrEqual(nowMs)
        }
      }
    }
  })
})

describe('hasUploadSlot', () => {
  test('allows one fast upload at a time, and a new upload beside slow uploads', () => {
    expect(hasUploadSlot({ sinceMs: [], nowMs: 5_000 })).toBe(true)
    expect(hasUploadSlot({ sinceMs: [4_500], nowMs: 5_000 })).toBe(false)
    expect(hasUploadSlot({ sinceMs: [3_500], nowMs: 5_000 })).toBe(true)
    expect(hasUploadSlot({ sinceMs: [0, 0, 0, 0], nowMs: 5_000 })).toBe(false)
  })
})

describe('rankOf', () => {
  test('gives each peer a different rank, the same for all observers, and makes each peer first for some segments', () => {
    const ids = Array.from({ length: 8 }, (_, number) => peerId(number + 1))
    const firsts = new Map<Hex, number>()
    for (let number = 0n; number < 800n; number++) {
      const place = { streamId, sequenceNumber: number }
      const ranks = ids.map((selfId) => rankOf({ selfId, others: ids.filter((id) => id !== selfId), place }))
      expect([...ranks].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      const first = ids[ranks.indexOf(0)] as Hex
      firsts.set(first, (firsts.get(first) ?? 0) + 1)
    }
    for (const id of ids) expect(firsts.get(id)).toBeGreaterThan(50)
  })
})
