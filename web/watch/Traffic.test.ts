import { describe, expect, test } from 'vitest'
import { formatBitrate } from '../ui/format'
import { sentenceOf, trafficBetween } from './Traffic'

const neighbour = (id: `0x${string}`, bytesFrom: number, bytesTo: number, isRelay = false) => {
  return { id, isRelay, bytesFrom, bytesTo }
}

describe('trafficBetween', () => {
  test('gives the rate of each viewer, and of all relays together', () => {
    const before = { atMs: 1_000, bytesFromRelays: 500_000, neighbours: [neighbour('0x01', 1_000, 0)] }
    const neighbours = [
      neighbour('0x01', 251_000, 125_000),
      neighbour('0x02', 0, 0),
      neighbour('0x03', 9, 62_500, true),
    ]
    expect(trafficBetween(before, { atMs: 3_000, bytesFromRelays: 1_000_000, neighbours })).toEqual({
      relays: { fromBitrate: 2_000_000, toBitrate: 250_000 },
      viewers: [
        { id: '0x01', isRelay: false, fromBitrate: 1_000_000, toBitrate: 500_000 },
        { id: '0x02', isRelay: false, fromBitrate: 0, toBitrate: 0 },
      ],
    })
  })

  test('gives no negative rate if counts restart, and no infinite rate if both moments are equal', () => {
    const before = { atMs: 0, bytesFromRelays: 100, neighbours: [neighbour('0x01', 100, 100)] }
    const { relays, viewers } = trafficBetween(before, {
      atMs: 0,
      bytesFromRelays: 0,
      neighbours: [neighbour('0x01', 0, 0)],
    })
    expect([relays, viewers[0]]).toEqual([
      { fromBitrate: 0, toBitrate: 0 },
      { id: '0x01', isRelay: false, fromBitrate: 0, toBitrate: 0 },
    ])
  })
})

describe('sentenceOf', () => {
  const flow = (id: string, fromBitrate: number, toBitrate: number) => ({ id, fromBitrate, toBitrate })

  test('names the sources and the receivers', () => {
    const relays = { fromBitrate: 300_000, toBitrate: 0 }
    const viewers = [flow('a', 1_000_000, 0), flow('b', 200_000, 500_000), flow('c', 0, 0)]
    expect(sentenceOf({ relays, viewers }, formatBitrate)).toBe(
      'Connected to 3 viewers. Now you receive 300 kbit/s from relays and 1.2 Mbit/s from 2 viewers, and send 500 kbit/s to 1 viewer.',
    )
  })

  test('says that there is no traffic and no other viewer', () => {
    expect(sentenceOf({ relays: { fromBitrate: 0, toBitrate: 0 }, viewers: [] }, formatBitrate)).toBe(
      'Connected to no other viewer. Now you receive nothing, and send nothing.',
    )
  })
})
