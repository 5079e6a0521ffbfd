import { Hello } from '@lp/contracts/protocol'
import type { PrivateKeyAccount } from 'viem/accounts'
import { afterAll, describe, expect, test } from 'vitest'
import { createSignal } from '../../testbeds/createSignal'
import { joinMember } from '../../testbeds/member'
import { domain, newKey, TestStream } from '../../testbeds/TestStream'
import { listen, type TestRelay, until, untilState } from '../../testbeds/viewer'
import { createNodeTransport, startWebRtc } from '../../testbeds/wrtc'
import type { Transport } from '../mesh/Transport'
import { Carrier } from './Carrier'
import type { Listing } from './Directory'
import { Viewer } from './Viewer'

const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

const payload = (number: number) => new Uint8Array(150_000).fill(number)
const noHttp: typeof fetch = async () => {
  throw new TypeError('No relay answers.')
}

const trackerOf = ({ uri }: TestRelay) => `${uri.replace('http', 'ws')}/announce`

/** A transport with one channel, so that a member has one neighbour. */
function createNarrowTransport(): Transport {
  const transport = createNodeTransport(webRtc)
  return { ...transport, join: (options) => transport.join({ ...options, maxChannels: 1, wantedChannels: 1 }) }
}

/**
 * A carrier that gets no answer over HTTP. It uses the trackers of the candidates in the listing. `key` and `carriers`: the carrier proves
 * that it is a relay, and knows these other relays.
 */
function carry(
  { streamId }: TestStream,
  listing: Listing,
  { key, carriers = [] }: { key?: PrivateKeyAccount; carriers?: readonly PrivateKeyAccount[] } = {},
) {
  const refused: string[] = []
  const { changed, until } = createSignal()
  const carrier = new Carrier({
    ...{ streamId, domain, directory: { find: async () => listing }, fetch: noHttp },
    transport: createNodeTransport(webRtc),
    isRelay: async (address) => carriers.some((carrier) => carrier.address === address),
    ...(key && { signAsRelay: (hello) => Hello.sign(hello, key, domain) }),
    refuse: (error) => refused.push((error as Error).name),
    onChange: changed,
  })
  return { carrier, refused, until }
}

describe('a carrier', () => {
  test('passes the levels, the record and the end of a stream from a relay to a viewer, only over WebRTC', async () => {
    const stream = new TestStream()
    // The relay uses only the first tracker, and the viewer uses only the second tracker.
    const [first, second] = await Promise.all([listen(stream), listen(stream)])
    const relay = joinMember(stream, { tracker: trackerOf(first), webRtc })
    relay.tell(await stream.record())
    const { carrier, refused, until: untilCarrier } = carry(stream, stream.listing(first.uri, second.uri))
    await untilCarrier(() => carrier.levels.length === 2)

    const viewer = new Viewer({
      ...{ streamId: stream.streamId, domain, fetch: noHttp },
      directory: { find: async () => stream.listing(second.uri) },
    })
    await until(viewer, ({ refused }) => (refused['Relay.UnreachableError'] ?? 0) > 0)
    await viewer.join(createNarrowTransport)
    await until(viewer, ({ levels }) => levels.length === 2)
    expect(viewer.getSnapshot().peers).toBe(1)

    for (const number of [0, 1, 2]) {
      await relay.offer(await stream.sign(number, { payload: payload(number) }))
      await relay.offer(await stream.sign(number, { index: 0, payload: payload(100 + number) }))
      const level = viewer.getSnapshot().levels[number === 1 ? 1 : 0]?.name as string
      await viewer.news({ level, after: BigInt(number) - 1n, signal })
      const { data } = await viewer.payload({ level, sequenceNumber: BigInt(number), spareMs: 4_000, signal })
      expect(Buffer.from(data).equals(payload(number === 1 ? 101 : number))).toBe(true)
    }
    expect(viewer.getSnapshot()).toMatchObject({ bytesFromPeers: 450_000, bytesFromRelays: 0 })
    // The viewer gets one level of each segment. The other level can reach the carrier later.
    await untilCarrier(() => (carrier.stats?.bytesFromRelays ?? 0) >= 6 * 150_000)
    await stream.finish(2)
    relay.tell(await stream.record())
    await untilState(viewer, 'ended')
    expect(refused.filter((name) => name !== 'Relay.UnreachableError')).toEqual([])

    viewer.close()
    carrier.close()
    relay.mesh.leave()
    await Promise.all([first.close(), second.close()])
  })

  test('gets a stream from another carrier, checks it, and passes it on to a viewer', async () => {
    const stream = new TestStream()
    // Each two neighbours of the chain share one tracker: relay, first carrier, second carrier, viewer.
    const hosts = await Promise.all([listen(stream), listen(stream), listen(stream)])
    const [first, second, third] = hosts as [TestRelay, TestRelay, TestRelay]
    // The relay has one channel, so that the second carrier cannot connect to it.
    const relay = joinMember(stream, { tracker: trackerOf(first), webRtc, transport: createNarrowTransport() })
    relay.tell(await stream.record())
    const carriers = [newKey(), newKey()] as const
    const near = carry(stream, stream.listing(first.uri, second.uri), { key: carriers[0], carriers })
    await near.until(() => near.carrier.levels.length === 2)
    const far = carry(stream, stream.listing(second.uri, third.uri), { key: carriers[1], carriers })
    await far.until(() => far.carrier.levels.length === 2)
    expect(far.carrier.stats?.neighbours).toMatchObject([{ isRelay: true }])
    expect(relay.mesh.stats.neighbours).toHaveLength(1)

    const viewer = new Viewer({
      ...{ streamId: stream.streamId, domain, fetch: noHttp },
      directory: { find: async () => stream.listing(third.uri) },
    })
    await until(viewer, ({ refused }) => (refused['Relay.UnreachableError'] ?? 0) > 0)
    await viewer.join(createNarrowTransport)
    await until(viewer, ({ levels }) => levels.length === 2)
    const level = viewer.getSnapshot().levels[0]?.name as string
    for (const number of [0, 1]) {
      await relay.offer(await stream.sign(number, { payload: payload(number) }))
      await viewer.news({ level, after: BigInt(number) - 1n, signal })
      const { data } = await viewer.payload({ level, sequenceNumber: BigInt(number), spareMs: 8_000, signal })
      expect(Buffer.from(data).equals(payload(number))).toBe(true)
    }
    await relay.offer(await stream.sign(2, { payload: payload(2), by: newKey() }))
    await near.until(() => near.refused.includes('Segment.WrongSignerError'))
    expect(viewer.entries(level).map(({ publication }) => publication.sequenceNumber)).toEqual([0n, 1n])
    expect([...far.refused, ...Object.keys(viewer.getSnapshot().refused)]).not.toContain('Segment.WrongSignerError')

    viewer.close()
    for (const { carrier } of [near, far]) carrier.close()
    relay.mesh.leave()
    await Promise.all(hosts.map((host) => host.close()))
  })

  test('does not pass on a segment that another key has signed, and bans the member that sent it', async () => {
    const stream = new TestStream()
    const host = await listen(stream)
    const member = joinMember(stream, { tracker: trackerOf(host), webRtc })
    member.tell(await stream.record())
    const { carrier, refused, until } = carry(stream, stream.listing(host.uri))
    await until(() => carrier.levels.length === 2)
    await member.offer(await stream.sign(0, { payload: payload(0), by: newKey() }))
    await until(() => refused.includes('Segment.WrongSignerError'))
    expect(carrier.stats).toMatchObject({ bytesFromRelays: 0, bytesToPeers: 0 })
    carrier.close()
    member.mesh.leave()
    await host.close()
  })
})
