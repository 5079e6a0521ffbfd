import { bytesToHex } from 'viem'
import { expect, test } from 'vitest'
import { mutate, randomBytes, randomFrom } from '../../testbeds/fuzz'
import { decode, encode, MalformedError, type Message, reasons } from './messages'

const random = randomFrom(11)
const hex = (length: number) => bytesToHex(randomBytes(random, length))
const amount = () => BigInt(hex(12))
const account = () => ({ counted: amount(), credit: amount() })

const request = (): Message & { type: 'request' } => ({
  type: 'request',
  request: {
    ...{ streamId: hex(32), epoch: BigInt(hex(8)), server: hex(20), issuer: hex(20) },
    ...{ publicKey: hex(65), signature: hex(65) },
  },
  payment: random(2) === 0 ? undefined : { cumulative: amount(), signature: hex(65) },
})
const keys = (): Message => ({
  ...{ type: 'keys', epoch: BigInt(hex(8)), ...account() },
  envelope: { publicKey: hex(65), data: new Uint8Array(randomBytes(random, 16 + 32 * (1 + random(4)))) },
})
const refusal = (): Message => ({
  ...{ type: 'refusal', epoch: BigInt(hex(8)), ...account(), missing: amount() },
  reason: reasons[random(reasons.length)] as (typeof reasons)[number],
})

test('decode returns each message that encode has written', () => {
  for (let time = 0; time < 50; time++)
    for (const message of [request(), keys(), refusal()]) expect(decode(encode(message))).toEqual(message)
})

test('for changed bytes, decode throws MalformedError, returns undefined, or returns a message that has exactly these bytes', () => {
  for (let time = 0; time < 1_000; time++) {
    const bytes = mutate(random, encode([request, keys, refusal][random(3)]?.() as Message))
    try {
      const message = decode(bytes)
      if (message) expect(bytesToHex(encode(message))).toBe(bytesToHex(bytes))
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedError)
    }
  }
})

test('decode ignores a message of another version or of an unknown type', () => {
  const bytes = encode(refusal())
  expect(decode(bytes.with(0, 2))).toBeUndefined()
  expect(decode(bytes.with(1, 9))).toBeUndefined()
})

test('the bytes of a request and of a refusal never change', () => {
  const [streamId, address] = [`0x${'aa'.repeat(32)}`, `0x${'bb'.repeat(20)}`] as const
  const content = { streamId, epoch: 7n, server: address, issuer: address, publicKey: `0x${'04'.repeat(65)}` as const }
  const asked = encode({
    type: 'request',
    request: { ...content, signature: `0x${'cc'.repeat(65)}` },
    payment: { cumulative: 256n, signature: `0x${'dd'.repeat(65)}` },
  })
  expect(bytesToHex(asked)).toBe(
    `0x0101${'aa'.repeat(32)}0000000000000007${'bb'.repeat(40)}${'04'.repeat(65)}${'cc'.repeat(65)}${'00'.repeat(10)}0100${'dd'.repeat(65)}`,
  )
  expect(
    bytesToHex(encode({ type: 'refusal', epoch: 7n, reason: 'insolvent', missing: 3n, counted: 2n, credit: 1n })),
  ).toBe(`0x01030000000000000007${'00'.repeat(11)}02${'00'.repeat(11)}01${'0a'}${'00'.repeat(11)}03`)
})
