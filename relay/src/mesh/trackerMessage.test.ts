import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import { format, maxTrackerMessageBytes, parse, parseAnnounce } from './trackerMessage'

const infoHash: Hex = `0x${'00ff'.repeat(10)}`
const peerId: Hex = `0x${'7fc3'.repeat(10)}`
const offerId: Hex = `0x${'2d80'.repeat(10)}`
const binary = (hex: Hex) => Buffer.from(hex.slice(2), 'hex').toString('latin1')
const call = {
  action: 'announce',
  info_hash: binary(infoHash),
  peer_id: binary(peerId),
  offer_id: binary(offerId),
  offer: { type: 'offer', sdp: 'v=0' },
}

describe('parse', () => {
  test('reads offers, answers, peer counts and failures', () => {
    expect(parse(JSON.stringify(call), infoHash)).toEqual({ type: 'offer', peerId, offerId, sdp: 'v=0' })
    const { offer: _, ...reply } = { ...call, answer: { type: 'answer', sdp: 'v=0' } }
    expect(parse(JSON.stringify(reply), infoHash)).toEqual({ type: 'answer', peerId, offerId, sdp: 'v=0' })
    const counts = { action: 'announce', info_hash: binary(infoHash), complete: 1, incomplete: 4, interval: 120 }
    expect(parse(JSON.stringify(counts), infoHash)).toEqual({ type: 'announced', peersInRoom: 5 })
    const refusal = JSON.stringify({ 'failure reason': 'x'.repeat(1_000) })
    expect(parse(refusal, infoHash)).toEqual({ type: 'failure', reason: 'x'.repeat(200) })
  })

  test.each<[string, unknown]>([
    ['bytes', new Uint8Array(8)],
    ['text that is not JSON', '{'],
    ['null', 'null'],
    ['an offer in another room', JSON.stringify({ ...call, info_hash: binary(peerId) })],
    ['a short peer id', JSON.stringify({ ...call, peer_id: 'short' })],
    ['a peer id of wide characters', JSON.stringify({ ...call, peer_id: '語'.repeat(20) })],
    ['an offer whose type is `answer`', JSON.stringify({ ...call, offer: { type: 'answer', sdp: 'v=0' } })],
    ['an offer without text', JSON.stringify({ ...call, offer: { type: 'offer', sdp: {} } })],
    ['an offer that is null', JSON.stringify({ ...call, offer: null })],
    ['a long offer', JSON.stringify({ ...call, offer: { type: 'offer', sdp: 'x'.repeat(20_000) } })],
    ['a long message', ' '.repeat(maxTrackerMessageBytes + 1)],
  ])('ignores %s', (_, text) => {
    expect(parse(text, infoHash)).toBeUndefined()
  })

  const inputs = process.env.LP_LONG ? 200_000 : 20_000
  test(`neither the client’s parser nor the tracker’s parser throws for ${inputs.toLocaleString('en')} mutated messages`, () => {
    const random = randomFrom(4)
    const announce = format({ event: 'started', offers: [{ offerId, sdp: 'v=0' }] }, { infoHash, peerId })
    const seeds = [JSON.stringify(call), announce].map((text) => new TextEncoder().encode(text))
    for (let round = 0; round < inputs / 2; round++)
      for (const seed of seeds) {
        const text = new TextDecoder().decode(mutate(random, seed))
        parse(text, infoHash)
        parseAnnounce(text)
      }
  })
})

describe('format', () => {
  test('writes announces that a tracker can read', () => {
    const room = { infoHash, peerId }
    const offers = [{ offerId, sdp: 'v=0' }]
    for (const announce of [{}, { event: 'stopped' as const }, { offers }, { answer: { peerId, offerId, sdp: 'v=0' } }])
      expect(parseAnnounce(format(announce, room))).toEqual(room)
    expect(JSON.parse(format({ offers }, room))).toMatchObject({ numwant: 1, peer_id: binary(peerId) })
  })
})
