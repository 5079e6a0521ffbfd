import { DirectAddress, Hints } from 'lp-relay'
import { describe, expect, it } from 'vitest'
import * as ShareLink from './ShareLink'

const streamId = `0x1f9840a85d5af5bf1d1762f925bdaddc4201f984${'ab'.repeat(12)}` as const

const tracker = 'wss://tracker.example/announce?key=a&b'
const relay = { hosts: ['203.0.113.7'], port: 8935, certificateHash: `0x${'3e'.repeat(32)}` } as const
const plain = { streamId, hints: Hints.none, isDamaged: false }

describe('create', () => {
  it('makes a link to the stream at the address of the page', () => {
    expect(ShareLink.create({ streamId }, 'https://lp.example/app/index.html?x#/broadcast')).toBe(
      `https://lp.example/app/index.html?x#/watch/${streamId}`,
    )
  })

  it('makes a short link with the address of a relay', () => {
    const link = ShareLink.create({ streamId, hints: { trackers: [], relays: [relay] } }, 'https://lp.example/')
    expect(link).toMatch(/#\/watch\/0x[\da-f]{64}\?relay=[\w-]{51}$/)
  })
})

describe('parse', () => {
  it('reads a created link', () => {
    expect(ShareLink.parse(ShareLink.create({ streamId }, 'https://lp.example/'))).toEqual(plain)
    const hints = { trackers: [tracker, 'ws://127.0.0.1:8000/announce'], relays: [relay] }
    expect(ShareLink.parse(ShareLink.create({ streamId, hints }, 'https://lp.example/'))).toEqual({ ...plain, hints })
  })

  it('reads the latency that a viewer has written into the link', () => {
    for (const latencyS of [0.5, 6, 15]) {
      const link = ShareLink.create({ streamId, latencyS }, 'https://lp.example/')
      expect(link).toContain(`?latency=${latencyS}`)
      expect(ShareLink.parse(link)).toEqual({ ...plain, latencyS })
    }
    const link = ShareLink.create({ streamId, hints: { trackers: [tracker], relays: [relay] } }, 'https://lp.example/')
    expect(ShareLink.parse(`${link}&latency=6`)).toMatchObject({ latencyS: 6, isDamaged: false })
  })

  it('reads until when the stream is expected, from a link that was made before it', () => {
    const soonUntilMs = 1_800_000_000_000
    const link = ShareLink.create({ streamId, soonUntilMs }, 'https://lp.example/')
    expect(link).toMatch(/\?soon=1800000000-[0-9a-f]{8}$/)
    expect(ShareLink.parse(link)).toEqual({ ...plain, soonUntilMs })
  })

  it.each([
    ['the stream id', (link: string) => link.replace('abab?', 'abac?')],
    ['the time', (link: string) => link.replace('soon=18', 'soon=19')],
    ['the checksum', (link: string) => `${link.slice(0, -1)}g`],
  ])('waits for no stream if a digit of %s is wrong, because this stream never starts', (_, damage) => {
    const link = ShareLink.create({ streamId, soonUntilMs: 1_800_000_000_000 }, 'https://lp.example/')
    const { isDamaged, soonUntilMs } = ShareLink.parse(damage(link))
    expect([isDamaged, soonUntilMs]).toEqual([true, undefined])
  })

  it('reads a bare stream id in upper or lower case, with spaces around it', () => {
    expect(ShareLink.parse(`  ${streamId.toUpperCase().replace('0X', '0x')}\n`)).toEqual(plain)
  })

  it.each([
    ['the address of a relay without its last character', `relay=${DirectAddress.encode(relay).slice(0, -1)}`],
    ['a tracker without encryption on another machine', 'tracker=ws%3A%2F%2Ftracker.example%2Fannounce'],
    ['a tracker that uses UDP', 'tracker=udp%3A%2F%2Ftracker.example%3A80'],
    ['a tracker with a password', 'tracker=wss%3A%2F%2Fme%3Asecret%40tracker.example%2Fannounce'],
    ['a script', 'tracker=javascript%3Aalert(1)'],
    ['a latency of more than 15 s', 'latency=15.1'],
    ['a negative latency', 'latency=-1'],
    ['a latency that is no number', 'latency=6s'],
    ['a very long tracker', `tracker=${encodeURIComponent(`wss://tracker.example/${'a'.repeat(200)}`)}`],
  ])('ignores %s, and reports that the link is damaged', (_, query) => {
    expect(ShareLink.parse(`https://lp.example/#/watch/${streamId}?${query}`)).toEqual({ ...plain, isDamaged: true })
  })

  it('ignores unknown parameters, because a later version may use them', () => {
    expect(ShareLink.parse(`https://lp.example/#/watch/${streamId}?utm_source=chat`)).toEqual(plain)
  })

  it('uses only the first three trackers and the first two relays', () => {
    const trackers = [1, 1, 2, 3, 4].map((number) => `wss://tracker${number}.example/`)
    const relays = [1, 2, 3].map((number) => ({ ...relay, port: number }))
    const { hints, isDamaged } = ShareLink.parse(
      ShareLink.create({ streamId, hints: { trackers, relays } }, 'https://lp.example/'),
    )
    expect(hints.trackers).toEqual([1, 2, 3].map((number) => `wss://tracker${number}.example/`))
    expect(hints.relays).toEqual(relays.slice(0, 2))
    expect(isDamaged).toBe(false)
  })

  it.each(['', 'hello', '0x12', `${streamId}00`, `https://lp.example/#/watch/`, `https://lp.example/${streamId}`])(
    'refuses %j with a sentence and a next step',
    (text) => {
      expect(() => ShareLink.parse(text)).toThrow(ShareLink.UnreadableError)
    },
  )
})
