import { type Hex, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import * as typedData from './typedData'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const signer = privateKeyToAccount(generatePrivateKey())
const message = { streamId: zeroHash, lastSequenceNumber: 4n }
const signed = () => signer.sign({ hash: typedData.hash('StreamEnd', message, domain) })
const recover = (signature: Hex) => typedData.recover('StreamEnd', { message, signature, domain })

describe('recover', () => {
  it('returns the signer', async () => {
    expect(await recover(await signed())).toBe(signer.address)
  })

  // OpenZeppelin's ECDSA refuses these signatures, so the contracts refuse them too.
  it.each<[string, (parts: { r: string; s: string; isOdd: boolean }) => string]>([
    ['s in the upper half of the curve order', ({ r, s, isOdd }) => `${r}${negated(s)}${isOdd ? '1b' : '1c'}`],
    ['v 0 or 1', ({ r, s, isOdd }) => `${r}${s}${isOdd ? '01' : '00'}`],
    [
      '64 bytes (ERC-2098)',
      ({ r, s, isOdd }) => `${r}${((isOdd ? 1n << 255n : 0n) | BigInt(`0x${s}`)).toString(16).padStart(64, '0')}`,
    ],
    ['one more byte', ({ r, s, isOdd }) => `${r}${s}${isOdd ? '1c' : '1b'}00`],
    ['no bytes', () => ''],
    ['characters that are no digits', ({ r, s }) => `${r}${s}zz`],
  ])('returns undefined for a signature with %s', async (_, change) => {
    const signature = await signed()
    const [r, s] = [signature.slice(2, 66), signature.slice(66, 130)]
    expect(await recover(`0x${change({ r, s, isOdd: signature.endsWith('1c') })}`)).toBeUndefined()
  })
})

/** Order of the curve minus `s`. */
const negated = (s: string) =>
  (0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n - BigInt(`0x${s}`))
    .toString(16)
    .padStart(64, '0')
