import { describe, expect, test } from 'vitest'
import { mutate, randomFrom } from '../../testbeds/fuzz'
import * as Sdp from './sdp'

const fingerprint = `sha-256 ${Array.from({ length: 32 }, (_, index) => (index + 100).toString(16).toUpperCase()).join(':')}`
const chromium = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 51411 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 192.0.2.2',
  'a=candidate:2999745851 1 udp 2113937151 192.0.2.2 51411 typ host generation 0 network-cost 999',
  'a=candidate:1 1 udp 2113937151 8a1f0c52-4c1e-4a0e-8f1a-0c524c1e4a0e.local 51412 typ host generation 0',
  'a=ice-ufrag:Vx2a',
  'a=ice-pwd:K8c5mPvgD0ZEqtVhTKbbSzqM',
  `a=fingerprint:${fingerprint}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n')

describe('parse', () => {
  test('accepts the description of a browser, and reads the fingerprint of its certificate', () => {
    expect(Sdp.parse(chromium)).toEqual({ text: chromium, fingerprint: fingerprint.toLowerCase() })
  })

  test('drops unknown lines', () => {
    const strange = chromium.replace('a=mid:0', 'a=mid:0\r\na=strange:thing\r\nb=AS:30')
    expect(Sdp.parse(strange).text).toBe(chromium)
  })

  test('drops a candidate with a host name', () => {
    const named = chromium.replace('192.0.2.2 51411', 'victim.example.com 51411')
    expect(Sdp.parse(named).text).not.toContain('victim')
  })

  test.each([
    ['an empty text', ''],
    ['a description without a certificate', chromium.replace(/a=fingerprint.*\r\n/, '')],
    [
      'a description with two certificates',
      chromium.replace('a=setup', `a=fingerprint:${fingerprint.replace('64:', '00:')}\r\na=setup`),
    ],
    [
      'a description with a second, weaker certificate',
      chromium.replace('a=setup', 'a=fingerprint:sha-1 AB:CD\r\na=setup'),
    ],
    ['a description with a sound track', `${chromium}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n`],
    ['a description without a data channel', chromium.replace('m=application', 'm=audio')],
    ['a description without an ICE user', chromium.replace(/a=ice-ufrag.*\r\n/, '')],
    ['a description with a hundred candidates', chromium.replace(/(a=candidate:2.*\r\n)/, '$1'.repeat(100))],
    ['a text that is too long', `${chromium}${'x'.repeat(Sdp.maxSdpBytes)}`],
  ])('refuses %s', (_, text) => {
    expect(() => Sdp.parse(text)).toThrow(Sdp.MalformedError)
  })

  const inputs = process.env.LP_LONG ? 100_000 : 5_000
  test(`reads each of ${inputs.toLocaleString('en')} mutated descriptions or throws a typed error, and reads its own output without a change`, () => {
    const random = randomFrom(3)
    const bytes = new TextEncoder().encode(chromium)
    let passed = 0
    for (let round = 0; round < inputs; round++) {
      const mutant = new TextDecoder().decode(mutate(random, mutate(random, bytes)))
      try {
        const sdp = Sdp.parse(mutant)
        passed++
        if (Sdp.parse(sdp.text).text !== sdp.text) expect.fail(`not stable: ${mutant}`)
      } catch (error) {
        if (!(error instanceof Sdp.MalformedError)) throw error
      }
    }
    expect(passed).toBeGreaterThan(inputs / 10)
  })
})

describe('splitCandidates', () => {
  test('separates the candidates and leaves out the `.local` candidates', () => {
    const { description, candidates } = Sdp.splitCandidates(chromium)
    expect(candidates).toEqual([
      'candidate:2999745851 1 udp 2113937151 192.0.2.2 51411 typ host generation 0 network-cost 999',
    ])
    expect(description).toBe(chromium.replaceAll(/a=candidate.*\r\n/g, ''))
  })
})
