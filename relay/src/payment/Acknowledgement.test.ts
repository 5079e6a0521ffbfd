import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import * as Acknowledgement from './Acknowledgement'

const domain: Acknowledgement.Domain = { chainId: 31337, chequebook: '0x00000000000000000000000000000000000000bb' }
const viewer = privateKeyToAccount(generatePrivateKey())
const uploader = privateKeyToAccount(generatePrivateKey())
const streamId = `0x${'51'.repeat(32)}` as const
const acknowledgement = { streamId, acknowledger: viewer.address, uploader: uploader.address, bytes: 1_000n }

describe('verify', () => {
  test('accepts the signature of the viewer', async () => {
    await Acknowledgement.verify(await Acknowledgement.sign(acknowledgement, viewer, domain), domain)
  })

  test.each<[string, Partial<Acknowledgement.SignedAcknowledgement>]>([
    ['more bytes', { bytes: 1_001n }],
    ['another stream', { streamId: `0x${'52'.repeat(32)}` }],
    ['another uploader', { uploader: viewer.address }],
    ['another acknowledger', { acknowledger: uploader.address }],
    ['a malformed signature', { signature: '0x1234' }],
  ])('refuses %s', async (_, change) => {
    const signed = { ...(await Acknowledgement.sign(acknowledgement, viewer, domain)), ...change }
    await expect(Acknowledgement.verify(signed, domain)).rejects.toThrow(Acknowledgement.WrongSignerError)
  })

  test('refuses another chain, and another contract', async () => {
    const signed = await Acknowledgement.sign(acknowledgement, viewer, domain)
    for (const other of [
      { ...domain, chainId: 1 },
      { ...domain, chequebook: viewer.address },
    ])
      await expect(Acknowledgement.verify(signed, other)).rejects.toThrow(Acknowledgement.WrongSignerError)
  })
})

test('sign refuses another key', async () => {
  await expect(Acknowledgement.sign(acknowledgement, uploader, domain)).rejects.toThrow(
    Acknowledgement.WrongSignerError,
  )
})
