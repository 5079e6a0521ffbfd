import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import * as PayloadTree from './PayloadTree'
import * as Segment from './Segment'
import * as Sequence from './Sequence'
import * as StreamId from './StreamId'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const streamKey = privateKeyToAccount(generatePrivateKey())
const data = crypto.getRandomValues(new Uint8Array(10_000))

const signed = async () =>
  Segment.sign(
    {
      streamId: StreamId.random(streamKey.address),
      sequenceNumber: 4n,
      startTimeMs: 1_790_000_000_000n,
      durationMs: 2_000,
      dataHash: await PayloadTree.hash(data),
    },
    streamKey,
    domain,
  )

describe('Segment', () => {
  it('is valid when the stream key signed the header, and the payload has the signed hash', async () => {
    const segment = await signed()
    await Segment.verify(segment, domain)
    await Segment.verifyPayload(segment, data)
  })

  it('refuses a payload with a changed byte', async () => {
    const flipped = data.slice()
    flipped[5_000] = (flipped[5_000] as number) ^ 1
    await expect(Segment.verifyPayload(await signed(), flipped)).rejects.toThrow(Segment.WrongPayloadError)
  })

  it('refuses a payload that lacks a zero at its end, because the hash covers the length', async () => {
    const segment = { ...(await signed()), dataHash: await PayloadTree.hash(new Uint8Array(64)) }
    await expect(Segment.verifyPayload(segment, new Uint8Array(63))).rejects.toThrow(Segment.WrongPayloadError)
  })

  it.each(['sequenceNumber', 'startTimeMs', 'durationMs'] as const)('refuses a changed %s', async (field) => {
    const segment = await signed()
    const changed = { ...segment, [field]: field === 'durationMs' ? 1_999 : 5n }
    await expect(Segment.verify(changed, domain)).rejects.toThrow(Segment.WrongSignerError)
  })

  it('refuses a signature by another key, and a signature for another chain or contract', async () => {
    const segment = await signed()
    const foreign = { ...segment, streamId: StreamId.random(privateKeyToAccount(generatePrivateKey()).address) }
    await expect(Segment.verify(foreign, domain)).rejects.toThrow(Segment.WrongSignerError)
    await expect(Segment.verify(segment, { ...domain, chainId: 1 })).rejects.toThrow(Segment.WrongSignerError)
    const elsewhere = { ...domain, jobsManager: '0x2222222222222222222222222222222222222222' } as const
    await expect(Segment.verify(segment, elsewhere)).rejects.toThrow(Segment.WrongSignerError)
  })

  it('refuses bytes that are not a signature', async () => {
    await expect(Segment.verify({ ...(await signed()), signature: '0x00' }, domain)).rejects.toThrow(
      Segment.WrongSignerError,
    )
  })

  it('can be signed only by the stream key', async () => {
    const stranger = privateKeyToAccount(generatePrivateKey())
    await expect(Segment.sign(await signed(), stranger, domain)).rejects.toThrow(Segment.WrongSignerError)
  })

  it('refuses a duration of 0, and a duration above the maximum', async () => {
    const segment = await signed()
    await expect(Segment.verify({ ...segment, durationMs: 0 }, domain)).rejects.toThrow(Segment.DurationError)
    await expect(Segment.verify({ ...segment, durationMs: 6_001 }, domain)).rejects.toThrow(Segment.DurationError)
  })
})

describe('Sequence', () => {
  it('accepts ascending numbers with small gaps', () => {
    Sequence.assertFollows({ last: undefined, next: 0n })
    Sequence.assertFollows({ last: 4n, next: 5n })
    Sequence.assertFollows({ last: 4n, next: 34n })
  })

  it('refuses a repeated number, and a number that is too far ahead of the last accepted number', () => {
    expect(() => Sequence.assertFollows({ last: 4n, next: 4n })).toThrow(Sequence.RepeatedError)
    expect(() => Sequence.assertFollows({ last: 4n, next: 35n })).toThrow(Sequence.TooFarAheadError)
    expect(() => Sequence.assertFollows({ last: undefined, next: 30n })).toThrow(Sequence.TooFarAheadError)
  })
})
