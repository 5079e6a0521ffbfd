import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import * as StreamId from './StreamId'
import * as StreamListing from './StreamListing'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const streamKey = privateKeyToAccount(generatePrivateKey())
const nowMs = 1_800_000_000_000
const header = {
  ...{ streamId: StreamId.random(streamKey.address), jobId: `0x${'12'.repeat(32)}` as const, isListed: true },
  ...{ startedAtMs: BigInt(nowMs) - 5_000n, signedAtMs: BigInt(nowMs) },
}

describe('the listing of a stream', () => {
  it('is valid only as the stream key signed it', async () => {
    const listing = await StreamListing.sign(header, streamKey, domain)
    await StreamListing.verify(listing, { domain, nowMs })
    const changes = [
      { streamId: StreamId.random(streamKey.address) },
      { jobId: `0x${'34'.repeat(32)}` as const },
      { startedAtMs: 1n },
      { isListed: false },
      { signedAtMs: listing.signedAtMs + 1n },
    ]
    for (const change of changes)
      await expect(StreamListing.verify({ ...listing, ...change }, { domain, nowMs })).rejects.toThrow(
        StreamListing.WrongSignerError,
      )
    const forged = await StreamListing.sign(header, privateKeyToAccount(generatePrivateKey()), domain)
    await expect(StreamListing.verify(forged, { domain, nowMs })).rejects.toThrow(StreamListing.WrongSignerError)
  })

  it.each([
    ['an hour old', { signedAtMs: BigInt(nowMs) - 3_600_000n, startedAtMs: 1n }],
    ['from the future', { signedAtMs: BigInt(nowMs) + 3_600_000n }],
    ['of a stream that starts after the signature', { startedAtMs: BigInt(nowMs) + 1n }],
  ])('does not count if it is %s', async (_, times) => {
    const listing = await StreamListing.sign({ ...header, ...times }, streamKey, domain)
    await expect(StreamListing.verify(listing, { domain, nowMs })).rejects.toThrow(StreamListing.UntimelyError)
  })
})
