import { keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/Admission.json' with { type: 'json' }
import * as Admission from './Admission'
import type * as typedData from './typedData'

const stranger = privateKeyToAccount(keccak256(toHex('stranger')))
const domain = vectors.domain as typedData.ChequeDomain
const sponsor = vectors.signer as `0x${string}`
const read = ({ streamId, viewer, number, capBytes, expiry, signature }: (typeof vectors.cases)[number]) =>
  ({
    ...{ streamId, viewer, number: Number(number), signature },
    ...{ capBytes: BigInt(capBytes), expiry: BigInt(expiry) },
  }) as Admission.Admission

describe('verify', () => {
  it.each(vectors.cases)('accepts the vector $hash', async (vector) => {
    expect(Admission.hash(read(vector), domain)).toBe(vector.hash)
    await Admission.verify(read(vector), { sponsor, domain })
  })

  it.each<[string, Partial<Admission.Admission>]>([
    ['another stream', { streamId: `0x${'11'.repeat(32)}` }],
    ['another viewer', { viewer: stranger.address }],
    ['another number', { number: 2 }],
    ['a larger cap', { capBytes: 2n }],
    ['a later expiry', { expiry: 2n ** 64n - 1n }],
    ['a malformed signature', { signature: '0x1234' }],
  ])('refuses %s', async (_, change) => {
    const [vector] = vectors.cases
    const admission = { ...read(vector as (typeof vectors.cases)[number]), ...change }
    await expect(Admission.verify(admission, { sponsor, domain })).rejects.toThrow(Admission.WrongSignerError)
  })

  it('refuses an admission by another account', async () => {
    const [vector] = vectors.cases
    const admission = read(vector as (typeof vectors.cases)[number])
    await expect(Admission.verify(admission, { sponsor: stranger.address, domain })).rejects.toThrow(
      Admission.WrongSignerError,
    )
  })
})
