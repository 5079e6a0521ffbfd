import type { Segment } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Gateway, type Neighbourhood, openNeighbourhood, untilHaves, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, Origin, type Release, untilWhole } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import type * as Wire from './wire'

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

const off = 0
const on = Number.POSITIVE_INFINITY

/** The relay releases a whole segment, and all viewers learn its header at the same time. Resolves when all viewers hold the segment. */
async function play(number: number, viewers: readonly ReturnType<typeof joinPieces>[]) {
  const releases = await level.segment(number)
  for (const each of releases) origin.release(each)
  for (const { pieces } of viewers) pieces.know((releases.at(-1) as Release).header)
  await Promise.all(viewers.map(({ pieces }) => untilWhole(pieces, releases[0] as Release)))
}

/** A neighbour that follows the level, and collects the messages that it gets from a mesh, except `circle`, which comes at any time. */
function listener() {
  const heard: Wire.Message[] = []
  let peer: Peer | undefined
  let onMessage = () => {}
  const open = (opened: Peer) => {
    peer = opened
    opened.send({ type: 'follow', levels: [{ streamId: level.streamId, stripes: 0 }], weight: 1 })
    opened.on('message', (message) => {
      if (message.type === 'circle') return
      heard.push(message)
      onMessage()
    })
  }
  neighbourhood.stranger(open, { capabilities: ['pieces'] })
  return {
    heard,
    send: (message: Wire.Message) => peer?.send(message),
    /** Resolves when the condition about the heard messages is true. */
    async until(isTrue: () => boolean) {
      while (!isTrue())
        await new Promise<void>((resolve) => {
          onMessage = resolve
        })
    },
  }
}

describe('a viewer that does not upload', () => {
  test('plays with pieces of other viewers, and sends none', async () => {
    const viewers = Array.from({ length: 3 }, () => joinPieces(neighbourhood, level, { relay: origin }))
    const [ours] = viewers as [(typeof viewers)[0]]
    ours.mesh.limitUploads(off)
    await Promise.all(viewers.map((viewer) => untilPeers(viewer, 2)))
    for (let number = 0; number < 4; number++) await play(number, viewers)
    expect(ours.mesh.stats.bytesToPeers).toBe(0)
    expect(ours.mesh.stats.bytesFromPeers).toBeGreaterThan(0.9 * 4 * 200_000)
    expect(viewers.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('sends `follow` with the weight 0 when its uploads stop, and then only declines requests; when it uploads again, it sends `holds` and pieces', async () => {
    const viewer = joinPieces(neighbourhood, level, { relay: origin })
    const { heard, until, send } = listener()
    await untilPeers(viewer, 1)
    await play(0, [viewer])
    await until(() => heard.some(({ type }) => type === 'holds'))
    viewer.mesh.limitUploads(off)
    await until(() => heard.some((message) => message.type === 'follow' && message.weight === 0))
    const before = heard.length
    await play(1, [viewer])
    const piece = { streamId: level.streamId, sequenceNumber: 0n, length: 200_000, index: 0, offset: 0 }
    send({ type: 'ask', requestId: 1, ...piece, withinMs: 3_000 })
    await until(() => heard.length > before)
    expect(heard.slice(before)).toEqual([{ type: 'decline', requestId: 1, reason: 'missing' }])
    viewer.mesh.limitUploads(on)
    await until(() => heard.some((message) => message.type === 'holds' && message.sequenceNumber === 1n))
    send({ type: 'ask', requestId: 2, ...piece, withinMs: 3_000 })
    await until(() => heard.some((message) => message.type === 'piece' && message.requestId === 2))
    const weights = heard.flatMap((message) => (message.type === 'follow' ? [message.weight] : []))
    expect(weights.at(-1)).toBeGreaterThan(0)
  })

  test('sends no whole segment to a viewer with an older page', async () => {
    const [source, old] = [neighbourhood.join(), neighbourhood.join()]
    await Promise.all([source, old].map((each) => untilPeers(each, 1)))
    const [first, second] = [await neighbourhood.segment(0), await neighbourhood.segment(1)]
    for (const held of [first, second]) source.mesh.offer(held)
    await untilHaves(old, 2)
    const gateway = new Gateway()
    source.mesh.limitUploads(off)
    await untilHaves(old, 3)
    expect(await old.mesh.fetch(gateway.request(first))).toMatchObject({ from: 'gateway' })
    source.mesh.limitUploads(on)
    await untilHaves(old, 4)
    expect(await old.mesh.fetch(gateway.request(second))).toMatchObject({ from: 'peer' })
  })
})

test('the uploads of a viewer, pieces and whole segments together, do not exceed its upload limit', async () => {
  const source = joinPieces(neighbourhood, level)
  source.mesh.limitUploads(4_000_000)
  const viewer = joinPieces(neighbourhood, level, { spareMs: 9_000 })
  const old = neighbourhood.join()
  await untilPeers(source, 2)
  const startMs = performance.now()
  const releases = await level.segment(0)
  for (const each of releases) await source.pieces.offer(each.header, each.bytes)
  const { header } = releases.at(-1) as Release
  const { segment } = header as { segment: Segment.Segment }
  const held = { segment, data: Buffer.concat(releases.map(({ bytes }) => bytes)) }
  await untilWhole(viewer.pieces, releases[0] as Release)
  await untilHaves(old, 1)
  await old.mesh.fetch(new Gateway().request(held, { spareMs: 9_000 }))
  const tookMs = performance.now() - startMs
  const { bytesToPeers } = source.mesh.stats
  expect(bytesToPeers).toBeGreaterThanOrEqual(400_000)
  expect(bytesToPeers).toBeLessThanOrEqual(tookMs * 500 + 48 * 1_024)
})
