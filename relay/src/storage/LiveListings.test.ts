import { type StreamId, StreamListing } from '@lp/contracts/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { createStream, domain } from '../../testbeds/stream'
import type { StreamRecord } from '../records/StreamRecord'
import { LiveListings } from './LiveListings'

let nowMs: number
let records: Map<StreamId.StreamId, StreamRecord>
let listings: LiveListings
beforeEach(() => {
  nowMs = 0
  records = new Map()
  listings = new LiveListings({ record: (streamId) => records.get(streamId) }, () => nowMs)
})

async function stream() {
  const { streamKey, assign } = createStream()
  const { record } = await assign({ fromSequence: 0n })
  const { streamId, jobId } = record
  records.set(streamId, { ...record, state: 'live' })
  const list = async (signedAtMs: bigint, isListed = true) =>
    listings.add(
      await StreamListing.sign({ streamId, jobId, startedAtMs: 1n, isListed, signedAtMs }, streamKey, domain),
    )
  return { record, streamId, list }
}
const shown = () => listings.entries().map(({ listing }) => listing.streamId)

describe('the listings of a relay', () => {
  it('show a stream while its broadcaster repeats the listing', async () => {
    const { streamId, list } = await stream()
    await list(1n)
    nowMs += 120_000
    await list(2n)
    nowMs += 120_000
    expect(shown()).toEqual([streamId])
    nowMs += 120_000
    expect(shown()).toEqual([])
  })

  it('hide a stream that is not listed any more, and ignore an older listing after that', async () => {
    const { list } = await stream()
    await list(1n)
    await list(3n, false)
    await list(2n)
    expect(shown()).toEqual([])
  })

  it.each(['silent', 'ended'] as const)(
    'hide a stream that is %s, and a stream that goes on with another job',
    async (state) => {
      const { record, streamId, list } = await stream()
      await list(1n)
      records.set(streamId, { ...record, state })
      expect(shown()).toEqual([])
      records.set(streamId, { ...record, state: 'live', jobId: `0x${'77'.repeat(32)}` })
      expect(shown()).toEqual([])
    },
  )

  it('are at most 32 in an answer', async () => {
    const streams = await Promise.all(Array.from({ length: 40 }, stream))
    for (const { list } of streams) await list(1n)
    expect(new Set(shown()).size).toBe(32)
  })
})
