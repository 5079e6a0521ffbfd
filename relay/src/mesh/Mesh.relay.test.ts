import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Member, type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, Origin, type Release, untilWhole, verifier } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Sharing } from './pieces/Sharing'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
let level: ReturnType<typeof createLevel>
let origin: Origin
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
  level = createLevel()
  origin = new Origin()
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

const count = 4
/** The bytes of one segment. */
const segmentBytes = 200_000
type Viewer = ReturnType<typeof joinPieces>

/** Four viewers that can fetch pieces over HTTP, and a relay that is a member of their room. */
async function joinAll(): Promise<{ relay: Member & { pieces: Sharing }; viewers: Viewer[] }> {
  const member = neighbourhood.join({ pieces: { verifier }, hello: neighbourhood.asRelay })
  const viewers = Array.from({ length: count }, () => joinPieces(neighbourhood, level, { relay: origin }))
  await untilPeers(member, count)
  await Promise.all(viewers.map((viewer) => untilPeers(viewer, count - 1)))
  return { relay: { ...member, pieces: member.mesh.pieces as Sharing }, viewers }
}

/** The relay publishes the parts of a segment one after the other, and all viewers get the whole segment. */
async function play(number: number, { relay, viewers }: Awaited<ReturnType<typeof joinAll>>): Promise<void> {
  const releases = await level.segment(number)
  for (const each of releases) {
    origin.release(each)
    await relay.pieces.offer(each.header, each.bytes)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const bytes = Buffer.concat(releases.map(({ bytes }) => bytes))
  for (const { pieces } of viewers) expect(bytes.equals(await untilWhole(pieces, releases[0] as Release))).toBe(true)
}

const sum = (viewers: readonly Viewer[], key: 'bytesFromPeers' | 'bytesFromRelays') =>
  viewers.reduce((total, { mesh }) => total + mesh.stats[key], 0)

describe('a relay that is a member of the room', () => {
  test('tells the viewers the headers, and sends no piece while they get the pieces over HTTP', async () => {
    const all = await joinAll()
    for (let number = 0; number < 2; number++) await play(number, all)
    expect(all.relay.mesh.stats.bytesToPeers).toBe(0)
    expect(origin.sentBytes).toBeGreaterThanOrEqual(2 * segmentBytes)
  })

  test('sends fewer copies than there are viewers when HTTP fails during the stream, because the viewers give the pieces to each other', async () => {
    const all = await joinAll()
    await play(0, all)
    origin.isDown = true
    const before = sum(all.viewers, 'bytesFromRelays')
    for (const number of [1, 2]) await play(number, all)
    const fromRelays = sum(all.viewers, 'bytesFromRelays') - before
    expect(fromRelays).toBeGreaterThanOrEqual(2 * segmentBytes)
    // Without the exchange, each of the four viewers would need a copy from the relay.
    expect(fromRelays).toBeLessThan(2.4 * 2 * segmentBytes)
    // The viewers did not get more bytes from relays than the relay and its HTTP server sent. Late answers of the HTTP server count, too.
    const sent = all.relay.mesh.stats.bytesToPeers + origin.sentBytes
    expect(sent).toBeGreaterThanOrEqual(sum(all.viewers, 'bytesFromRelays'))
    expect(all.viewers.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('is asked when the requests over HTTP get no answer', async () => {
    const all = await joinAll()
    origin.hangs = true
    await play(0, all)
    expect(sum(all.viewers, 'bytesFromRelays')).toBeGreaterThanOrEqual(segmentBytes)
    expect(origin.sentBytes).toBe(0)
  })

  test('is asked when the requests over HTTP failed at a time when the relay did not hold the piece yet', async () => {
    const all = await joinAll()
    origin.isDown = true
    const releases = await level.segment(0)
    const [first] = releases as [Release]
    // The viewers have the header from another source, and fail to get the piece.
    const failed = origin.next('failed')
    for (const { pieces } of all.viewers) pieces.know(first.header)
    await failed
    expect(await all.relay.pieces.offer(first.header, first.bytes)).toBe(true)
    const heldBy = async ({ pieces }: Viewer) => {
      const { streamId } = level
      while ((pieces.segment({ streamId, sequenceNumber: 0n })?.heldLength ?? 0) < first.bytes.length)
        await pieces.next('grown')
    }
    await Promise.all(all.viewers.map(heldBy))
  })
})
