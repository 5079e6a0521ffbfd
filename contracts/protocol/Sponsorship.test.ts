import { keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/Sponsorship.json' with { type: 'json' }
import * as Sponsorship from './Sponsorship'
import type * as typedData from './typedData'

const stranger = privateKeyToAccount(keccak256(toHex('stranger')))
const domain = vectors.domain as typedData.ChequeDomain
const read = ({ streamId, sponsor, maxWeiPerByte, expiry, signature }: (typeof vectors.cases)[number]) =>
  ({
    ...{ streamId, sponsor, signature },
    ...{ maxWeiPerByte: BigInt(maxWeiPerByte), expiry: BigInt(expiry) },
  }) as Sponsorship.Sponsorship

describe('verify', () => {
  it.each(vectors.cases)('accepts the vector $hash', async (vector) => {
    expect(Sponsorship.hash(read(vector), domain)).toBe(vector.hash)
    await Sponsorship.verify(read(vector), domain)
  })

  it.each<[string, Partial<Sponsorship.Sponsorship>]>([
    ['another stream', { streamId: `0x${'11'.repeat(32)}` }],
    ['another sponsor', { sponsor: stranger.address }],
    ['a higher price', { maxWeiPerByte: 2n }],
    ['a later expiry', { expiry: 2n ** 64n - 1n }],
    ['a malformed signature', { signature: '0x1234' }],
  ])('refuses %s', async (_, change) => {
    const [vector] = vectors.cases
    const sponsorship = { ...read(vector as (typeof vectors.cases)[number]), ...change }
    await expect(Sponsorship.verify(sponsorship, domain)).rejects.toThrow(Sponsorship.WrongSignerError)
  })
})

it('sign refuses every key except the stream key', async () => {
  const [vector] = vectors.cases
  const header = read(vector as (typeof vectors.cases)[number])
  await expect(Sponsorship.sign(header, stranger, domain)).rejects.toThrow(Sponsorship.WrongSignerError)
})
