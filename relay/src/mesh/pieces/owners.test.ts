import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { ownerOf, seedOf, turnsBefore } from './owners'
import type { Member } from './Situation'

const member = (number: number, weight = 1): Member => {
  const id: Hex = `0x${number.toString(16).padStart(40, '0')}`
  return { id, seed: seedOf(id), weight }
}

const ownersOf = (room: readonly Member[], seed: number) =>
  room.filter((self) => turnsBefore({ self, members: room.filter((other) => other !== self), seed }) === 0)

const indexOfOwner = (room: readonly Member[], seed: number) => room.indexOf(ownersOf(room, seed)[0] as Member)

const count = (counts: number[], index: number) => {
  counts[index] = (counts[index] ?? 0) + 1
}

describe('turnsBefore', () => {
  test('gives each piece exactly one owner in a room whose members know each other', () => {
    for (const size of [1, 2, 8, 20, 100]) {
      const room = Array.from({ length: size }, (_, number) => member(number))
      for (let seed = 0; seed < 10; seed++) expect(ownersOf(room, seed)).toHaveLength(1)
    }
  })

  test('gives all members about the same number of pieces', () => {
    const room = Array.from({ length: 8 }, (_, number) => member(number))
    const counts = room.map(() => 0)
    for (let seed = 0; seed < 2_000; seed++) count(counts, indexOfOwner(room, seed))
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.3)
  })

  test('gives a member pieces approximately in proportion to its weight, and none to a member without upload', () => {
    const room = [member(0, 3), member(1, 1), member(2, 0)]
    const counts = [0, 0, 0]
    for (let seed = 0; seed < 8_000; seed++) count(counts, indexOfOwner(room, seed))
    expect(counts[2]).toBe(0)
    expect((counts[0] as number) / (counts[1] as number)).toBeGreaterThan(2.6)
    expect((counts[0] as number) / (counts[1] as number)).toBeLessThan(3.4)
  })

  test('gives all members without upload the same turn, after the turns of all other members', () => {
    const room = [member(0, 0), member(1), member(2, 0), member(3)]
    for (let seed = 0; seed < 20; seed++) {
      const turns = room.map((self) => turnsBefore({ self, members: room.filter((other) => other !== self), seed }))
      expect([turns[0], turns[2], [turns[1], turns[3]].sort()]).toEqual([2, 2, [0, 1]])
    }
  })

  test('keeps the owner of a piece when another member leaves', () => {
    const room = Array.from({ length: 12 }, (_, number) => member(number))
    for (let seed = 0; seed < 200; seed++) {
      const [owner] = ownersOf(room, seed)
      const leaving = room.find((other) => other !== owner)
      expect(
        ownersOf(
          room.filter((other) => other !== leaving),
          seed,
        ),
      ).toEqual([owner])
    }
  })

  test('counts again when the weight of a member changes', () => {
    const members = [member(1), member(2)]
    const self = member(0)
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
    const turns = () => seeds.map((seed) => turnsBefore({ self: { ...self, weight: 0 }, members, seed }))
    expect(seeds.map((seed) => turnsBefore({ self, members, seed }))).not.toEqual(turns())
    expect(turns()).toEqual(seeds.map(() => 2))
  })
})

test('`ownerOf` returns the member with the first turn, or `undefined` if we have the first turn', () => {
  const room = Array.from({ length: 9 }, (_, number) => member(number))
  for (let seed = 0; seed < 100; seed++)
    for (const self of room) {
      const [owner] = ownersOf(room, seed)
      const named = ownerOf(
        room.filter((other) => other !== self),
        self,
        seed,
      )
      expect(named).toBe(owner === self ? undefined : owner)
    }
})
