import { expect, it } from 'vitest'
import { PieceStore } from './PieceStore'

const level = `0x${'11'.repeat(32)}` as const
const other = `0x${'22'.repeat(32)}` as const
const at = (sequenceNumber: bigint, streamId: `0x${string}` = level) => ({ streamId, sequenceNumber })
const numbers = (store: PieceStore, streamId: `0x${string}` = level) =>
  store.of(streamId).map(({ place }) => Number(place.sequenceNumber))

it('sorts the segments of a level by sequence number, also if they become known in another order', () => {
  const store = new PieceStore()
  for (const sequenceNumber of [5n, 3n, 4n, 3n]) store.open(at(sequenceNumber))
  store.open(at(9n, other))
  expect(numbers(store)).toEqual([3, 4, 5])
  expect(numbers(store, other)).toEqual([9])
  expect(store.get(at(4n))).toBe(store.open(at(4n)))
  expect(store.get(at(6n))).toBeUndefined()
})

it('drops the oldest segment when a level has more than 30 segments, and does not open older segments again', () => {
  const store = new PieceStore()
  for (let sequenceNumber = 1n; sequenceNumber <= 31n; sequenceNumber++) store.open(at(sequenceNumber))
  expect([numbers(store).length, numbers(store)[0]]).toEqual([30, 2])
  expect(store.open(at(1n))).toBeUndefined()
})

it('does not open a segment that is too far ahead of the newest segment', () => {
  const store = new PieceStore()
  store.open(at(10n))
  expect(store.open(at(41n))).toBeUndefined()
  expect(store.open(at(40n))).toBeDefined()
})

it('after a pause of the level, opens a segment that is far ahead, if the source of the header is trusted', () => {
  const store = new PieceStore()
  store.open(at(10n))
  expect(store.reopen(at(9n))).toBeUndefined()
  expect(store.reopen(at(99n))).toBeDefined()
  expect(numbers(store)).toEqual([99])
})

it('if there are more than twelve levels, drops the oldest level that is not followed', () => {
  const store = new PieceStore()
  store.keep(new Set([level]))
  const levels = Array.from({ length: 13 }, (_, number) => `0x${(11 + number).toString().repeat(32)}` as const)
  for (const streamId of levels) store.open(at(1n, streamId))
  expect(levels.map((streamId) => numbers(store, streamId).length)).toEqual([1, 0, ...Array(11).fill(1)])
})
