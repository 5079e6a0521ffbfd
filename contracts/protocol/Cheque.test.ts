import { type Hex, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import vectors from '../vectors/Cheque.json' with { type: 'json' }
import * as Cheque from './Cheque'

const signer = privateKeyToAccount(generatePrivateKey())
const domain: Cheque.Domain = { chainId: 31337, chequebook: '0x2222222222222222222222222222222222222222' }
const [issuer, beneficiary, splitee] = [
  signer.address,
  '0x00000000000000000000000000000000000000b1',
  '0x00000000000000000000000000000000000000C1',
] as const
const channel: Cheque.Channel = { issuer, beneficiary, splitee: zeroAddress, splitBps: 0 }
const split: Cheque.Channel = { ...channel, splitee, splitBps: 1_250 }

describe('the vectors', () => {
  it.each(vectors.cases)('hold for the cheque with the hash $hash', async ({ cumulative, ...read }) => {
    const cheque = { ...read, cumulative: BigInt(cumulative) } as Cheque.SignedCheque
    expect(Cheque.hash(cheque, vectors.domain as Cheque.Domain)).toBe(read.hash)
    expect(Cheque.channelId(cheque)).toBe(read.channelId)
    expect(await Cheque.recover(cheque, vectors.domain as Cheque.Domain)).toBe(vectors.signer)
  })
})

describe('next', () => {
  it('adds to the cumulative amount and keeps the channel', () => {
    const first = Cheque.next(Cheque.first(split), 5n)
    expect(Cheque.next(first, 7n)).toEqual({ ...split, cumulative: 12n })
  })

  it('drops the signature of the previous cheque', async () => {
    const signed = await Cheque.sign({ ...channel, cumulative: 5n }, signer, domain)
    expect(Cheque.next(signed, 1n)).toEqual({ ...channel, cumulative: 6n })
  })

  it('refuses an amount that is not positive, and a sum that the contract cannot store', () => {
    const previous = { ...channel, cumulative: Cheque.maxAmount - 1n }
    expect(Cheque.next(previous, 1n).cumulative).toBe(Cheque.maxAmount)
    for (const amount of [0n, -1n, 2n]) expect(() => Cheque.next(previous, amount)).toThrow(Cheque.AmountError)
  })
})

describe('recover', () => {
  const cheque = { ...split, cumulative: 9n }

  it('returns the signer', async () => {
    expect(await Cheque.recover(await Cheque.sign(cheque, signer, domain), domain)).toBe(signer.address)
  })

  it.each<[string, Partial<Cheque.Cheque>]>([
    ['issuer', { issuer: splitee }],
    ['beneficiary', { beneficiary: splitee }],
    ['splitee', { splitee: beneficiary }],
    ['splitBps', { splitBps: 1_251 }],
    ['cumulative', { cumulative: 10n }],
  ])('returns another signer for a changed %s', async (_, change) => {
    const signed = await Cheque.sign(cheque, signer, domain)
    expect(await Cheque.recover({ ...signed, ...change }, domain)).not.toBe(signer.address)
  })

  it('returns another signer for another chain or another contract', async () => {
    const signed = await Cheque.sign(cheque, signer, domain)
    for (const change of [{ chainId: 1 }, { chequebook: beneficiary }])
      expect(await Cheque.recover(signed, { ...domain, ...change })).not.toBe(signer.address)
  })

  it('returns undefined for a signature that is only valid for ERC-1271', async () => {
    expect(await Cheque.recover({ ...cheque, signature: '0x1271' }, domain)).toBeUndefined()
  })
})

describe('assertValid', () => {
  it('accepts a channel without a split, and a channel with a split', () => {
    Cheque.assertValid({ ...channel, cumulative: 1n })
    Cheque.assertValid({ ...split, splitBps: Cheque.maxBps, cumulative: Cheque.maxAmount, signature: '0x1271' })
  })

  it.each<[string, Partial<Cheque.Channel>]>([
    ['without an issuer', { issuer: zeroAddress }],
    ['without a beneficiary', { beneficiary: zeroAddress }],
    ['in which the issuer pays itself', { beneficiary: issuer }],
    ['with a splitee whose part is 0', { splitBps: 0 }],
    ['with a part but without a splitee', { splitee: zeroAddress }],
    ['with more than 10,000 basis points', { splitBps: 10_001 }],
    ['with a part that is no integer', { splitBps: 1.5 }],
    ['with a part below zero', { splitBps: -1 }],
    ['with text instead of an address', { beneficiary: 'beneficiary' as Hex }],
  ])('refuses a channel %s', (_, change) => {
    expect(() => Cheque.assertValid({ ...split, ...change, cumulative: 1n })).toThrow(Cheque.ChannelError)
  })

  it('refuses an amount that the contract cannot store, and a signature that is too long', () => {
    for (const cumulative of [0n, -1n, Cheque.maxAmount + 1n])
      expect(() => Cheque.assertValid({ ...channel, cumulative })).toThrow(Cheque.AmountError)
    const signature: Hex = `0x${'00'.repeat(Cheque.maxSignatureBytes + 1)}`
    expect(() => Cheque.assertValid({ ...channel, cumulative: 1n, signature })).toThrow(Cheque.SignatureError)
  })

  it('is also run by sign', async () => {
    await expect(Cheque.sign({ ...channel, cumulative: 0n }, signer, domain)).rejects.toThrow(Cheque.AmountError)
  })
})

describe('paymentOf', () => {
  it('returns the split as one number, and the short form of the signature', async () => {
    const signed = await Cheque.sign({ ...split, cumulative: 9n }, signer, domain)
    const { r, vs, ...rest } = Cheque.paymentOf(signed)
    expect(rest).toEqual({ issuer, split: (BigInt(splitee) << 16n) | 1_250n, cumulative: 9n })
    expect(r).toBe(signed.signature.slice(0, 66))
    const parity = signed.signature.endsWith('1c') ? 1n << 255n : 0n
    expect(BigInt(vs)).toBe(BigInt(`0x${signed.signature.slice(66, 130)}`) | parity)
  })
})
