import { describe, expect, test } from 'vitest'
import { mutate, randomFrom, seeds } from '../../testbeds/fuzz'
import { decode, encode, type Offer } from './PaymentRequired'

const address = '0x00000000000000000000000000000000000000AA'
const offer: Offer = {
  ...{ owed: -5n, credit: 7n, accepted: 2n ** 96n - 1n, given: 0n, amount: 12n, weiPerByte: 3n },
  ...{ chainId: 31337, chequebook: address, payee: address, splitee: address, splitBps: 250 },
  ...{ payer: undefined, serviceUri: 'https://relay.example/live' },
  ...{ signature: `0x${'1b'.repeat(65)}`, challenge: `0x${'00'.repeat(32)}` },
}

describe('the body of an answer 402', () => {
  test('names the resource, and decode returns the encoded offer', () => {
    const body = encode(offer, '/payload/0x00')
    expect(body).toMatchObject({ x402Version: 2, resource: { url: 'https://relay.example/live/payload/0x00' } })
    expect(decode(JSON.stringify({ error: 'Pay.', ...body }))).toEqual(offer)
    const known: Offer = { ...offer, payer: address }
    expect(decode(JSON.stringify(encode(known, '/')))).toEqual(known)
  })

  test('may also have offers of other schemes and of later versions', () => {
    const { accepts } = encode(offer, '/') as { accepts: unknown[] }
    const other = { scheme: 'exact', network: 'eip155:8453', amount: '10000' }
    expect(decode(JSON.stringify({ x402Version: 3, accepts: [other, ...accepts] }))).toEqual(offer)
    expect(decode(JSON.stringify({ x402Version: 2, accepts: [other] }))).toBe(undefined)
  })

  test('gives no offer if it is malformed; a changed body gives no offer or an offer with valid amounts', () => {
    for (const text of ['', '{}', '[]', 'null', '{"accepts":7}', `{"accepts":[${'0,'.repeat(16)}0]}`])
      expect(decode(text)).toBe(undefined)
    const bytes = new TextEncoder().encode(JSON.stringify(encode(offer, '/payload/0x00')))
    for (const seed of seeds(2_000)) {
      const read = decode(new TextDecoder().decode(mutate(randomFrom(seed), bytes)))
      if (read) expect(read.credit >= 0n && read.amount >= 0n && read.credit < 2n ** 96n).toBe(true)
    }
  })
})
