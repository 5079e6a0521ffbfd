import { StreamCover, type StreamId, StreamListing } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { domain } from '../../testbeds/stream'
import { reportToAudience } from '../client/audience'
import * as Relay from '../client/Relay'
import { LiveListings } from '../storage/LiveListings'

let listings: LiveListings
let blocked: Set<StreamId.StreamId>
let gateway: Awaited<ReturnType<typeof startGateway>>
beforeEach(async () => {
  blocked = new Set()
  gateway = await startGateway({
    listings: { entries: () => listings.entries() } as LiveListings,
    isBlocked: (streamId) => blocked.has(streamId),
  })
  listings = new LiveListings(gateway.catalogue)
})
afterEach(() => gateway.stop())

const { signal } = new AbortController()
const at = () => Relay.at(gateway.url, fetch) as Relay.Relay

async function addListed() {
  const stream = await gateway.addStream()
  const { streamId, streamKey, record } = stream
  const cover = await StreamCover.sign({ streamId, title: 'Trains', poster: '' }, streamKey, domain)
  await gateway.catalogue.update(streamId, { cover })
  const times = { startedAtMs: 1n, isListed: true, signedAtMs: BigInt(Date.now()) }
  const listing = await StreamListing.sign({ streamId, jobId: record.jobId, ...times }, streamKey, domain)
  listings.add(listing)
  return { ...stream, cover, listing }
}

describe('the path /live', () => {
  it('shows the listed streams with their covers and the number of their viewers', async () => {
    const { streamId, cover, listing } = await addListed()
    await gateway.addStream()
    await reportToAudience(at(), { streamId, report: { viewer: '00112233445566ff', stalls: 0 }, signal })
    expect(await Relay.live(at(), signal)).toEqual({ streams: [{ listing, cover, viewers: 1 }] })
  })

  it('shows no stream that the operator blocks, and the relay does not serve its levels', async () => {
    const { streamId } = await addListed()
    blocked.add(streamId)
    expect(await Relay.live(at(), signal)).toEqual({ streams: [] })
    const answer = await fetch(`${gateway.url}/segments/${streamId.toUpperCase().replace('0X', '0x')}`)
    expect(answer.status).toBe(451)
    expect(await answer.json()).toMatchObject({ error: 'The operator of this relay does not serve this stream.' })
  })

  it('refuses an address that asks too often', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(`${gateway.url}/live`)))
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(30)
  })
})
