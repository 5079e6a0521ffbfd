import { isDeepStrictEqual } from 'node:util'
import { bytesToHex, type Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { mutate, randomBytes, randomFrom } from '../../testbeds/fuzz'
import { maxPaymentBytes } from '../mesh/paymentMessage'
import { decode, encode, MalformedError, type Message, reasons } from './messages'
import { maxDeliveries } from './subsidyMessages'

const random = randomFrom(5)
/** A million inputs in `npm run test:long`. */
const inputs = process.env.LP_LONG ? 1_000_000 : 20_000
const hex = (length: number): Hex => bytesToHex(randomBytes(random, length))
const amount = () => BigInt(hex(1 + random(12)))
const sponsorship = () => ({
  ...{ streamId: hex(32), sponsor: hex(20), maxWeiPerByte: amount(), expiry: BigInt(hex(8)), signature: hex(65) },
})
const viewers = <Item>(create: () => Item) => Array.from({ length: random(maxDeliveries + 1) }, create)

const arbitrary: { [Type in Message['type']]: () => Extract<Message, { type: Type }> } = {
  offer: () => ({ type: 'offer', weiPerByte: amount(), credit: amount(), splitee: hex(20), splitBps: random(65_536) }),
  statement: () => ({
    ...{ type: 'statement', isKnown: random(2) > 0 },
    ...{ balance: (random(2) ? 1n : -1n) * amount(), held: amount(), acknowledged: amount() },
  }),
  cheque: () => ({
    type: 'cheque',
    cheque: {
      ...{ issuer: hex(20), beneficiary: hex(20), splitee: hex(20), splitBps: random(65_536) },
      ...{ cumulative: amount(), signature: hex(65) },
    },
  }),
  accepted: () => ({ type: 'accepted', cumulative: amount() }),
  gift: () => ({ type: 'gift', amount: amount() }),
  bounced: () => ({ type: 'bounced', amount: amount() }),
  refusal: () => ({ type: 'refusal', reason: reasons[random(reasons.length)] ?? 'busy', amount: amount() }),
  acknowledgement: () => ({
    type: 'acknowledgement',
    acknowledgement: {
      ...{ streamId: hex(32), acknowledger: hex(20), uploader: hex(20), bytes: BigInt(hex(8)), signature: hex(65) },
    },
  }),
  sponsorship: () => ({ type: 'sponsorship', sponsorship: sponsorship() }),
  application: () => ({ type: 'application', streamId: hex(32), viewer: hex(20) }),
  admission: () => {
    const paid = sponsorship()
    const limits = { number: random(2 ** 32), capBytes: BigInt(hex(8)), expiry: BigInt(hex(8)) }
    const admission = { streamId: paid.streamId, viewer: hex(20), ...limits, signature: hex(65) }
    return { type: 'admission', sponsorship: paid, admission }
  },
  deliveries: () => ({
    ...{ type: 'deliveries', streamId: hex(32) },
    deliveries: viewers(() => ({ viewer: hex(20), bytes: BigInt(hex(8)), signature: hex(65) })),
  }),
  credits: () => ({
    ...{ type: 'credits', streamId: hex(32) },
    credits: viewers(() => ({ viewer: hex(20), bytes: BigInt(hex(8)) })),
  }),
}
const types = Object.keys(arbitrary) as Message['type'][]
const anyMessage = () => arbitrary[types[random(types.length)] ?? 'gift']()

describe('encode, then decode', () => {
  for (const type of types)
    test(`returns the same ${type}`, () => {
      for (let round = 0; round < 1_000; round++) {
        const message = arbitrary[type]()
        const bytes = encode(message)
        expect(bytes.length).toBeLessThanOrEqual(maxPaymentBytes)
        if (!isDeepStrictEqual(decode(bytes), message)) expect(decode(bytes)).toEqual(message)
      }
    })

  test('uses fixed bytes, which must never change', () => {
    const splitee: Hex = `0x${'ab'.repeat(20)}`
    const offer = encode({ type: 'offer', weiPerByte: 258n, credit: 1n, splitee, splitBps: 500 })
    expect(bytesToHex(offer)).toBe(`0x0101${'00'.repeat(10)}0102${'00'.repeat(11)}01${'ab'.repeat(20)}01f4`)
    const statement = encode({ type: 'statement', isKnown: true, balance: -1n, held: 2n, acknowledged: 3n })
    expect(bytesToHex(statement)).toBe(`0x010203${'00'.repeat(11)}01${'00'.repeat(11)}02${'00'.repeat(11)}03`)
    const gift = encode({ type: 'gift', amount: 2n ** 96n - 1n })
    expect(bytesToHex(gift)).toBe(`0x0105${'ff'.repeat(12)}`)
    expect(bytesToHex(encode({ type: 'refusal', reason: 'bounced', amount: 0n }))).toBe(`0x01070a${'00'.repeat(12)}`)
  })

  test('refuses an amount that is too large', () => {
    expect(() => encode({ type: 'gift', amount: 2n ** 96n })).toThrow('is not a uint96')
  })
})

describe('decode', () => {
  test('ignores other versions and unknown types', () => {
    expect(decode(Uint8Array.of(2, 1))).toBeUndefined()
    expect(decode(Uint8Array.of(1, 200, 1, 2, 3))).toBeUndefined()
  })

  test(`reads exactly what encode writes, or throws a typed error, for ${inputs.toLocaleString('en')} random and changed inputs`, () => {
    const verdicts = { read: 0, ignored: 0, refused: 0, bug: 0 }
    for (let round = 0; round < inputs; round++) {
      const noise = randomBytes(random, random(100))
      noise.set([1, 1 + random(types.length)].slice(0, noise.length))
      const bytes = round % 2 ? noise : mutate(random, encode(anyMessage()))
      try {
        const message = decode(bytes)
        if (!message) verdicts.ignored++
        else verdicts[isDeepStrictEqual(Buffer.from(encode(message)), Buffer.from(bytes)) ? 'read' : 'bug']++
      } catch (error) {
        verdicts[error instanceof MalformedError ? 'refused' : 'bug']++
      }
    }
    expect(verdicts.bug).toBe(0)
    expect(verdicts.read).toBeGreaterThan(inputs / 20)
    expect(verdicts.refused).toBeGreaterThan(inputs / 5)
  })
})
