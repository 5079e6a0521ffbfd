import { isDeepStrictEqual } from 'node:util'
import { bytesToHex, type Hex, zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { mutate, randomBytes, randomFrom } from '../../testbeds/fuzz'
import { messagesFrom } from '../../testbeds/messages'
import { maxMessageBytes } from './Transport'
import * as Wire from './wire'

const random = randomFrom(2)
/** With `npm run test:long`, the test reads a million inputs. */
const inputs = process.env.LP_LONG ? 1_000_000 : 20_000
const { arbitrary, hex } = messagesFrom(random)
const types = Object.keys(arbitrary) as Wire.Message['type'][]
const tags = types.map((type) => Wire.encode(arbitrary[type]())[0] as number)
const anyMessage = () => arbitrary[types[random(types.length)] ?? 'begin']()

/**
 * The result of `decode`. `read`: a message for which `encode` returns exactly these bytes. `ignored`: an optional message with an
 * unknown tag. `refused`: a typed error. `bug`: any other result.
 */
function judge(bytes: Uint8Array): 'read' | 'ignored' | 'refused' | 'bug' {
  try {
    const message = Wire.decode(bytes)
    if (!message) return (bytes[0] ?? 0) >= Wire.firstOptionalTag && !tags.includes(bytes[0] ?? 0) ? 'ignored' : 'bug'
    const isCopied = 'data' in message && message.data.buffer !== bytes.buffer
    const isLong = message.type === 'have' && message.sequenceNumbers.length > Wire.maxHaveSpan
    const again = Wire.encode(message)
    return isDeepStrictEqual(Buffer.from(again), Buffer.from(bytes)) && !isCopied && !isLong ? 'read' : 'bug'
  } catch (error) {
    return error instanceof Wire.WireError ? 'refused' : 'bug'
  }
}

/** A HELLO of stream 0, with the given bytes after the StreamId. */
const hello = (extensions: Uint8Array) => Uint8Array.of(0x01, 1, 0, ...new Uint8Array(32), ...extensions)

/** A HAVE of stream 0 that names all segments that its sender holds (`isWhole`). */
function have(first: bigint, ...bits: number[]): Uint8Array {
  const number = new Uint8Array(8)
  new DataView(number.buffer).setBigUint64(0, first)
  return Uint8Array.of(0x20, ...new Uint8Array(32), 1, ...number, ...bits)
}

describe('encode, then decode', () => {
  for (const type of types)
    test(`returns the same ${type}`, () => {
      for (let round = 0; round < 2_000; round++) {
        const message = arbitrary[type]()
        const back = Wire.decode(Wire.encode(message))
        if (!isDeepStrictEqual(back, message)) expect(back).toEqual(message)
      }
    })

  test('uses fixed bytes, which must never change', () => {
    const begin = Wire.encode({ type: 'begin', sequenceNumber: 258n, startTimeMs: 2n ** 64n - 1n })
    expect(bytesToHex(begin)).toBe('0x120000000000000102ffffffffffffffff')
    const refusal = Wire.encode({ type: 'refusal', sequenceNumber: 1n, code: 'gap', message: 'é' })
    expect(bytesToHex(refusal)).toBe('0x160100000000000000010003676170' + '0002c3a9')
    const streamId: Hex = `0x${'ab'.repeat(32)}`
    const hello = { type: 'hello', version: 1, role: 'broadcaster', streamId, capabilities: 0n } as const
    expect(bytesToHex(Wire.encode(hello))).toBe(`0x010102${'ab'.repeat(32)}`)
    const signature: Hex = `0x${'cd'.repeat(65)}`
    expect(bytesToHex(Wire.encode({ ...hello, signature }))).toBe(`0x010102${'ab'.repeat(32)}${'cd'.repeat(65)}`)
    const payer = { ...hello, capabilities: 258n, paymentKey: `0x${'ef'.repeat(20)}`, signature } as const
    expect(bytesToHex(Wire.encode(payer))).toBe(
      `0x010102${'ab'.repeat(32)}0000000000000102${'ef'.repeat(20)}${'cd'.repeat(65)}`,
    )
    const have = Wire.encode({ type: 'have', streamId, isWhole: false, sequenceNumbers: [258n, 259n, 267n] })
    expect(bytesToHex(have)).toBe(`0x20${'ab'.repeat(32)}0000000000000001020302`)
    const request = Wire.encode({ type: 'request', requestId: 7, streamId, sequenceNumber: 258n })
    expect(bytesToHex(request)).toBe(`0x2100000007${'ab'.repeat(32)}0000000000000102`)
    const data = Wire.encode({ type: 'data', requestId: 7, offset: 49_152, data: Uint8Array.of(1, 2) })
    expect(bytesToHex(data)).toBe('0x23000000070000c0000102')
    const reject = Wire.encode({ type: 'reject', requestId: 7, reason: 'unpaid' })
    expect(bytesToHex(reject)).toBe('0x250000000702')
    expect(bytesToHex(Wire.encode({ type: 'payment', payment: Uint8Array.of(3, 4) }))).toBe('0x800304')
    expect(bytesToHex(Wire.encode({ type: 'keyQuestion', requestId: 7, content: Uint8Array.of(3) }))).toBe(
      '0x810000000703',
    )
    expect(bytesToHex(Wire.encode({ type: 'keyAnswer', requestId: 7, content: Uint8Array.of(3) }))).toBe(
      '0x820000000703',
    )
    const seal = Wire.encode({ type: 'seal', sequenceNumber: 258n, salt: `0x${'ab'.repeat(16)}` })
    expect(bytesToHex(seal)).toBe(`0xa30000000000000102${'ab'.repeat(16)}`)
    const epochKey = Wire.encode({ type: 'epochKey', epoch: 258n, key: new Uint8Array(32).fill(1) })
    expect(bytesToHex(epochKey)).toBe(`0xa20000000000000102${'01'.repeat(32)}`)
    const sale = Wire.encode({
      type: 'sale',
      price: { streamId, beneficiary: `0x${'12'.repeat(20)}`, weiPerSegment: 3n, signature },
      servers: [{ streamId, server: `0x${'34'.repeat(20)}`, splitBps: 500, until: 258n, signature }],
    })
    expect(bytesToHex(sale)).toBe(
      `0xa1${'ab'.repeat(32)}${'12'.repeat(20)}${'00'.repeat(11)}03${'cd'.repeat(65)}${'34'.repeat(20)}01f40000000000000102${'cd'.repeat(65)}`,
    )
    const cover = Wire.encode({ type: 'cover', cover: { streamId, title: 'é', poster: 'AA==', signature } })
    expect(bytesToHex(cover)).toBe(`0xa5${'ab'.repeat(32)}0002c3a9000441413d3d${'cd'.repeat(65)}`)
    const times = { startedAtMs: 258n, isListed: true, signedAtMs: 259n }
    const listing = Wire.encode({ type: 'listing', listing: { streamId, jobId: streamId, ...times, signature } })
    expect(bytesToHex(listing)).toBe(`0xa6${'ab'.repeat(64)}0000000000000102010000000000000103${'cd'.repeat(65)}`)
    const [peerId, offerId]: [Hex, Hex] = [`0x${'12'.repeat(20)}`, `0x${'34'.repeat(20)}`]
    const members = Wire.encode({ type: 'members', peerIds: [peerId, offerId] })
    expect(bytesToHex(members)).toBe(`0xc0${'12'.repeat(20)}${'34'.repeat(20)}`)
    const call = Wire.encode({ type: 'call', isForwarded: true, peerId, offerId, sdp: 'v=0' })
    expect(bytesToHex(call)).toBe(`0xc101${'12'.repeat(20)}${'34'.repeat(20)}0003763d30`)
    const answer = Wire.encode({ type: 'callAnswer', offerId, sdp: 'v=0' })
    expect(bytesToHex(answer)).toBe(`0xc2${'34'.repeat(20)}0003763d30`)
    expect(bytesToHex(Wire.encode({ type: 'callRefusal', offerId }))).toBe(`0xc3${'34'.repeat(20)}`)
  })
})

describe('decode', () => {
  test(`reads or ignores each of ${inputs.toLocaleString('en')} random and mutated inputs, or throws a typed error`, () => {
    const verdicts = { read: 0, ignored: 0, refused: 0, bug: 0 }
    for (let round = 0; round < inputs / 2; round++) {
      const noise = randomBytes(random, random(80))
      // Half of the random inputs get a known tag, so that the decoders of all messages read them.
      if (round % 2 && noise.length > 0) noise[0] = tags[random(tags.length)] ?? 0
      verdicts[judge(noise)]++
      verdicts[judge(mutate(random, Wire.encode(anyMessage())))]++
    }
    expect(verdicts.bug).toBe(0)
    expect(verdicts.read).toBeGreaterThan(1_000)
    expect(verdicts.ignored).toBeGreaterThan(1_000)
    expect(verdicts.refused).toBeGreaterThan(inputs / 3)
  })

  test('ignores every optional message that it does not know, up to the largest message', () => {
    for (let tag = Wire.firstOptionalTag; tag <= 0xff; tag++) {
      if (tags.includes(tag)) continue
      expect(Wire.decode(Uint8Array.of(tag))).toBeUndefined()
      expect(Wire.decode(new Uint8Array(maxMessageBytes).fill(tag))).toBeUndefined()
    }
  })

  test('refuses every mandatory message that it does not know', () => {
    for (let tag = 0; tag < Wire.firstOptionalTag; tag++)
      if (!tags.includes(tag)) expect(() => Wire.decode(Uint8Array.of(tag))).toThrow(Wire.UnknownTypeError)
  })

  test('reads at most 256 numbers from one HAVE', () => {
    const everything = { streamId: hex(32), isWhole: true, sequenceNumbers: [] }
    const whole = Wire.encode({ type: 'have', ...everything })
    const numbers = (bits: number) => Uint8Array.of(...whole, ...new Uint8Array(8), ...new Uint8Array(bits).fill(0xff))
    const message = Wire.decode(numbers(32))
    expect(message?.type === 'have' && message.sequenceNumbers).toHaveLength(Wire.maxHaveSpan)
    expect(() => Wire.decode(numbers(33))).toThrow(Wire.MalformedError)
  })

  test('gives a view of the data, not a copy', () => {
    const bytes = Wire.encode({ type: 'bytes', sequenceNumber: 1n, offset: 0, data: new Uint8Array(Wire.maxDataBytes) })
    const message = Wire.decode(bytes)
    expect(message?.type === 'bytes' && message.data.buffer).toBe(bytes.buffer)
    expect(bytes.length).toBeLessThan(maxMessageBytes)
  })

  test.each([
    ['an empty message', new Uint8Array(0), 'Wire.UnknownTypeError'],
    ['an unknown mandatory type', Uint8Array.of(0x30), 'Wire.UnknownTypeError'],
    ['another version', Uint8Array.of(0x01, 2), 'Wire.UnsupportedVersionError'],
    ['too much data', new Uint8Array(Wire.maxDataBytes + 14).fill(0x13, 0, 1), 'Wire.MalformedError'],
    ['a message that is too large', new Uint8Array(maxMessageBytes + 1), 'Wire.TooLargeError'],
    ['an optional message that is too large', new Uint8Array(maxMessageBytes + 1).fill(0xff), 'Wire.TooLargeError'],
    ['a member that is named twice', new Uint8Array(41).fill(0xc0), 'Wire.MalformedError'],
    ['33 members', Uint8Array.of(0xc0, ...randomBytes(random, 33 * 20)), 'Wire.MalformedError'],
    ['a long session description', Uint8Array.of(0xc2, ...new Uint8Array(20), 0x40, 1), 'Wire.MalformedError'],
    ['a long payment', new Uint8Array(Wire.maxPaymentBytes + 2).fill(0x80), 'Wire.MalformedError'],
    ['capabilities of 0 without a payment key', hello(new Uint8Array(8)), 'Wire.MalformedError'],
    ['half of a payment key', hello(new Uint8Array(18).fill(1)), 'Wire.MalformedError'],
    ['the zero address as payment key', hello(new Uint8Array(28)), 'Wire.MalformedError'],
    ['a HELLO with extra bytes at the end', hello(new Uint8Array(94).fill(1)), 'Wire.MalformedError'],
    ['text that is shorter than its length says', Uint8Array.of(0x16, 0, 0, 9, 65), 'Wire.MalformedError'],
    ['text that is not UTF-8', Uint8Array.of(0x16, 0, 0, 1, 0xff, 0, 0), 'Wire.MalformedError'],
    ['a HAVE that adds segments but names none', Uint8Array.of(0x20, ...new Uint8Array(32), 0), 'Wire.MalformedError'],
    ['numbers in a longer form than needed', have(0n, 1, 0), 'Wire.MalformedError'],
    ['a bit set of numbers without the bit of its first number', have(0n, 2), 'Wire.MalformedError'],
    ['a number above uint64', have(2n ** 64n - 1n, 3), 'Wire.MalformedError'],
    ['an unknown reason', Uint8Array.of(0x25, 0, 0, 0, 0, 3), 'Wire.MalformedError'],
    [
      'extra bytes at the end',
      Uint8Array.of(...Wire.encode({ type: 'begin', sequenceNumber: 0n, startTimeMs: 0n }), 0),
      'Wire.MalformedError',
    ],
  ])('refuses %s', (_, bytes, name) => {
    expect(() => Wire.decode(bytes)).toThrow(expect.objectContaining({ name }))
  })

  test('names the type of the message and the reason in the error', () => {
    expect(() => Wire.decode(Uint8Array.of(0x12, 0))).toThrowErrorMatchingInlineSnapshot(`
      [Wire.MalformedError: The message is not well formed.
      Message: begin
      Reason: ends 7 bytes too early]
    `)
  })
})

describe('encode', () => {
  test('cuts a long refusal between two characters', () => {
    const message = Wire.decode(Wire.encode({ type: 'refusal', code: 'long', message: `a${'🎥'.repeat(100)}` }))
    expect(message).toEqual({ type: 'refusal', code: 'long', message: `a${'🎥'.repeat(63)}` })
  })

  test.each<[string, Wire.Message]>([
    ['a number above uint64', { type: 'begin', sequenceNumber: 2n ** 64n, startTimeMs: 0n }],
    ['a negative number', { type: 'begin', sequenceNumber: -1n, startTimeMs: 0n }],
    ['a fraction', { type: 'bytes', sequenceNumber: 0n, offset: 0.5, data: new Uint8Array(1) }],
    ['too much data', { type: 'bytes', sequenceNumber: 0n, offset: 0, data: new Uint8Array(Wire.maxDataBytes + 1) }],
    ['a short hash', { type: 'ack', sequenceNumber: 0n, receiptHash: '0xab' }],
    ['text that is not hexadecimal', { type: 'ack', sequenceNumber: 0n, receiptHash: `0x${'zz'.repeat(32)}` }],
    ['numbers too far apart', { type: 'have', streamId: hex(32), isWhole: true, sequenceNumbers: [0n, 256n] }],
    ['numbers that do not ascend', { type: 'have', streamId: hex(32), isWhole: true, sequenceNumbers: [2n, 2n] }],
    ['33 members', { type: 'members', peerIds: Array.from({ length: 33 }, () => hex(20)) }],
    ['a long payment', { type: 'payment', payment: new Uint8Array(Wire.maxPaymentBytes + 1) }],
    [
      'the zero address as payment key',
      { type: 'hello', version: 1, role: 'viewer', streamId: hex(32), capabilities: 0n, paymentKey: zeroAddress },
    ],
    ['a long code', { type: 'refusal', code: 'x'.repeat(65), message: '' }],
  ])('refuses %s', (_, message) => {
    expect(() => Wire.encode(message)).toThrow(Wire.UnencodableError)
  })
})
