import { StreamId, StreamListing } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { type Address, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SessionListing } from './SessionListing'

const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const jobId = `0x${'12'.repeat(32)}` as const

let closing: AbortController
let told: StreamListing.StreamListing[]
let listing: SessionListing
beforeEach(() => {
  vi.useFakeTimers()
  closing = new AbortController()
  told = []
  listing = new SessionListing({
    ...{ jobId, streamId, streamKey, broadcast: { chainId: 31337, broadcaster: zeroAddress as Address } as never },
    ...{ publisher: { list: (one) => void told.push(one) }, startedAtMs: Date.now(), signal: closing.signal },
  })
})
afterEach(() => {
  closing.abort()
  vi.useRealTimers()
})

it('tells nobody about a stream that is not to be shown', async () => {
  listing.set(false)
  await vi.advanceTimersByTimeAsync(300_000)
  expect(told).toEqual([])
})

it('repeats the signed wish while the stream is live, and stops at its end', async () => {
  listing.set(true)
  await vi.advanceTimersByTimeAsync(130_000)
  expect(told.map(({ isListed }) => isListed)).toEqual([true, true, true])
  const domain = StreamDirectory.domainOf(31337)
  for (const one of told) await StreamListing.verify(one, { domain, nowMs: Date.now() })
  closing.abort()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(told).toHaveLength(3)
})

it('tells the last wish of a person who changes it quickly, with a pause that relays accept', async () => {
  listing.set(true)
  await vi.advanceTimersByTimeAsync(10)
  for (const isListed of [false, true, false]) listing.set(isListed)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told.map(({ isListed }) => isListed)).toEqual([true])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(told.map(({ isListed }) => isListed)).toEqual([true, false])
  await vi.advanceTimersByTimeAsync(300_000)
  expect(told).toHaveLength(2)
})
