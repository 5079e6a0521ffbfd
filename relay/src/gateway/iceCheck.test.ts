import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { answerTo, isAuthentic, read } from './iceCheck'

/** The sample request of RFC 5769, section 2.1. */
const request = Buffer.from(
  '000100582112a442b7e7a701bc34d686fa87dfae' +
    '802200105354554e207465737420636c69656e74' +
    '002400046e0001ff' +
    '80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020' +
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
    '80280004e57a3bcf',
  'hex',
)
const password = 'VOkJxbRl1RmTxUk/WvJxBt'

describe('read', () => {
  it('finds both user names', () => {
    expect(read(request)).toEqual({ receiver: 'evtj', sender: 'h6vY' })
  })

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['only a header', Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex')],
    ['the type of an answer', Buffer.concat([Buffer.from('0101', 'hex'), request.subarray(2)])],
    ['a wrong length', request.subarray(0, -4)],
    [
      'an attribute that is longer than the packet',
      Buffer.from('000100042112a442b7e7a701bc34d686fa87dfae00060100', 'hex'),
    ],
    ['a user name with a line break', replace(request, '6576746a3a68367659', '6576746a3a680d0a59')],
    ['a user name without a colon', replace(request, '6576746a3a68367659', '6576746a6a68367659')],
  ])('returns undefined for a packet with %s', (_, packet) => {
    expect(read(packet)).toBeUndefined()
  })
})

describe('isAuthentic', () => {
  it('accepts the right password', () => {
    expect(isAuthentic(request, password)).toBe(true)
  })

  it.each([
    ['another password', request, `${password}x`],
    ['a changed byte', replace(request, '6576746a3a68367659', '6576746a3a68367658'), password],
    ['a changed hash', replace(request, '9aeaa70c', '9aeaa70d'), password],
    ['a short hash', replace(request, '00080014', '00080010'), password],
    ['no hash', replace(request, '00080014', '00990014'), password],
  ])('refuses %s', (_, packet, secret) => {
    expect(isAuthentic(packet, secret)).toBe(false)
  })
})

describe('answerTo', () => {
  // The sample answer of RFC 5769, section 2.2, without the attributes SOFTWARE, MESSAGE-INTEGRITY and FINGERPRINT.
  const sample = Buffer.from('0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643', 'hex')

  it('contains the address of the caller, and the hash and the fingerprint of the changed packet', () => {
    const caller = { address: '192.0.2.1', port: 32_853 }
    const answer = answerTo(caller, Buffer.from(`01010000${sample.toString('hex', 4, 20)}`, 'hex'), password)
    expect(answer?.toString('hex', 0, 32)).toBe(sample.toString('hex').replace('0101000c', '0101002c'))
    expect(answer && isAuthentic(answer, password)).toBe(true)
    expect(answer?.readUInt32BE(answer.length - 4)).toBe((crc32(answer?.subarray(0, -8) as Buffer) ^ 0x5354554e) >>> 0)
  })

  it('is undefined for port 0', () => {
    expect(answerTo({ address: '192.0.2.1', port: 0 }, sample, password)).toBeUndefined()
  })
})

function replace(packet: Buffer, from: string, to: string): Buffer {
  const text = packet.toString('hex')
  expect(text).toContain(from)
  return Buffer.from(text.replace(from, to), 'hex')
}
