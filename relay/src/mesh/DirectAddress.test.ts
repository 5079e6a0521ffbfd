import { type Hex, toHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { type DirectAddress, decode, encode, MalformedError } from './DirectAddress'
import * as DirectCall from './DirectCall'
import { toBytes, toText } from './ipAddress'
import * as Sdp from './sdp'

const certificateHash: Hex = `0x${'3e'.repeat(31)}ff`
const ipv4: DirectAddress = { hosts: ['203.0.113.7'], port: 8935, certificateHash }

describe('encode', () => {
  test.each([
    ['an IPv4 address', ['203.0.113.7'], 51],
    ['an IPv6 address', ['2001:db8:0:0:0:0:0:1'], 67],
    ['an IPv4 and an IPv6 address', ['203.0.113.7', '2001:db8:0:0:0:0:0:1'], 72],
  ])('writes %s, and decode reads it', (_, hosts, length) => {
    const text = encode({ ...ipv4, hosts })
    expect(text).toMatch(/^[\w-]+$/)
    expect(text).toHaveLength(length)
    expect(decode(text)).toEqual({ ...ipv4, hosts })
  })

  test.each([
    ['no IP address', { ...ipv4, hosts: [] }],
    ['a host name', { ...ipv4, hosts: ['relay.example'] }],
    ['port 0', { ...ipv4, port: 0 }],
  ])('refuses a relay address with %s', (_, address) => {
    expect(() => encode(address)).toThrow(MalformedError)
  })
})

describe('decode', () => {
  const text = encode(ipv4)
  test.each([
    ['an empty text', ''],
    ['a text that is too short', text.slice(0, -1)],
    ['a text that is too long', `${text}A`],
    ['a text with a character that base64url does not have', `${text.slice(0, -1)}+`],
    ['a text with port 0', `AAA${text.slice(3)}`],
    ['a very long text', 'A'.repeat(1_000_000)],
  ])('refuses %s', (_, damaged) => {
    expect(() => decode(damaged)).toThrow(MalformedError)
  })
})

describe('toBytes', () => {
  test.each([
    ['203.0.113.7', 'cb007107'],
    ['::ffff:203.0.113.7', 'cb007107'],
    ['2001:db8::1', '20010db8000000000000000000000001'],
    ['::', '00'.repeat(16)],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('reads %s', (text, hex) => {
    expect(toHex(toBytes(text) as Uint8Array)).toBe(`0x${hex}`)
    expect(toBytes(toText(toBytes(text) as Uint8Array))).toEqual(toBytes(text))
  })

  test.each(['', 'relay.example', '1.2.3', '1.2.3.256', '1:2:3', ':::', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::'])(
    'refuses %j',
    (text) => {
      expect(toBytes(text)).toBeUndefined()
    },
  )
})

describe('a call without signaling', () => {
  const infoHash: Hex = `0x${'12'.repeat(20)}`
  const peerId: Hex = `0x${'fb'.repeat(20)}`
  const call = { infoHash, peerId, password: 'abcdefghijklmnopqrst+/' }

  test('puts room, peer and password into a user name that ICE permits', () => {
    const user = DirectCall.toUser(call)
    expect(user).toMatch(/^[A-Za-z\d+/]{4,256}$/)
    expect(DirectCall.fromUser(user)).toEqual(call)
  })

  test.each([
    ['an empty text', ''],
    ['a user name without a password', DirectCall.toUser({ ...call, password: '' })],
    ['a password that is too long for ICE', DirectCall.toUser({ ...call, password: 'a'.repeat(129) })],
    ['a password with a line break', DirectCall.toUser({ ...call, password: `${'a'.repeat(30)}\r\na=x` })],
    ['a user name of another program', `libp2p+webrtc+v2/${'-'.repeat(80)}`],
  ])('refuses %s', (_, user) => {
    expect(DirectCall.fromUser(user)).toBeUndefined()
  })

  test('has session descriptions that `Sdp.parse` accepts, with all IP addresses of the relay', () => {
    const hosts = ['203.0.113.7', '2001:db8:0:0:0:0:0:1']
    const user = DirectCall.toUser(call)
    const { text, fingerprint } = Sdp.parse(
      DirectCall.answer({ address: { ...ipv4, hosts }, user, offer: 'v=0\r\na=mid:data\r\n' }),
    )
    expect(fingerprint).toBe(DirectCall.fingerprintOf(certificateHash))
    expect(text).toContain(`a=ice-ufrag:${user}\r\na=ice-pwd:${DirectCall.passwordOf(certificateHash)}\r\n`)
    expect(text).toContain('a=mid:data\r\n')
    // Firefox refuses a fingerprint in lower case.
    expect(text).toContain('a=fingerprint:sha-256 3E:3E:')
    expect(Sdp.splitCandidates(text).candidates.map((line) => line.split(' ').slice(4, 6))).toEqual(
      hosts.map((host) => [host, '8935']),
    )
    expect(Sdp.parse(DirectCall.offer({ user: 'abcd', password: call.password })).text).toContain('a=setup:active\r\n')
  })
})
