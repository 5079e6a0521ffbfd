import { PieceTree, type Segment } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Gateway, type Neighbourhood, openNeighbourhood, untilHaves, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, Origin, type Release, untilWhole } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import type { Sharing } from './pieces/Sharing'
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

/** The length of each segment in bytes. */
const length = 200_000

type Viewer = ReturnType<typeof joinPieces>

async function joinViewers(count: number): Promise<Viewer[]> {
  const viewers = Array.from({ length: count }, () => joinPieces(neighbourhood, level, { relay: origin }))
  await Promise.all(viewers.map((viewer) => untilPeers(viewer, count - 1)))
  return viewers
}

const bytesOf = (releases: readonly Release[]) => Buffer.concat(releases.map(({ bytes }) => bytes))
const sum = (viewers: readonly Viewer[], key: 'bytesFromPeers' | 'bytesFromRelays' | 'bytesToPeers') =>
  viewers.reduce((total, { mesh }) => total + mesh.stats[key], 0)

/** The relay releases the parts one after the other, and these viewers learn the headers from the relay. */
async function release(releases: readonly Release[], viewers: readonly { pieces: Sharing }[]) {
  for (const each of releases) {
    origin.release(each)
    for (const { pieces } of viewers) pieces.know(each.header)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('viewers that exchange pieces', () => {
  test('get more than three fifths of all bytes from each other, while the relay releases part after part', async () => {
    const viewers = await joinViewers(4)
    for (let number = 0; number < 4; number++) {
      const releases = await level.segment(number)
      await release(releases, viewers)
      for (const { pieces } of viewers)
        expect(bytesOf(releases).equals(await untilWhole(pieces, releases[0] as Release))).toBe(true)
    }
    expect(sum(viewers, 'bytesFromPeers') / (4 * 4 * length)).toBeGreaterThan(0.6)
    expect(viewers.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('continue to play when the relay is down: headers and bytes come from one member', async () => {
    const [source, ...viewers] = (await joinViewers(3)) as [Viewer, ...Viewer[]]
    origin.isDown = true
    const heard = viewers.map(({ pieces }) => pieces.next('header'))
    for (let number = 0; number < 2; number++) {
      const releases = await level.segment(number)
      for (const each of releases) expect(await source.pieces.offer(each.header, each.bytes)).toBe(true)
      for (const { pieces } of viewers)
        expect(bytesOf(releases).equals(await untilWhole(pieces, releases[0] as Release))).toBe(true)
    }
    await Promise.all(heard)
    expect(sum(viewers, 'bytesFromPeers')).toBeGreaterThanOrEqual(2 * 2 * length)
    expect(origin.sentBytes).toBe(0)
  })

  test('send a new viewer the segments and the record that it missed', async () => {
    const [source] = (await joinViewers(1)) as [Viewer]
    const releases = await level.segment(0)
    for (const each of releases) await source.pieces.offer(each.header, each.bytes)
    source.pieces.tellRecord(Uint8Array.of(1, 2, 3))
    const late = joinPieces(neighbourhood, level)
    const record = late.pieces.next('record')
    expect(bytesOf(releases).equals(await untilWhole(late.pieces, releases[0] as Release))).toBe(true)
    expect(await record).toEqual([Uint8Array.of(1, 2, 3)])
  })

  test('still give each other the pieces that are late for the player', async () => {
    const [source] = (await joinViewers(1)) as [Viewer]
    const releases = await level.segment(0)
    for (const each of releases) await source.pieces.offer(each.header, each.bytes)
    const late = joinPieces(neighbourhood, level, { spareMs: -500 })
    expect(bytesOf(releases).equals(await untilWhole(late.pieces, releases[0] as Release))).toBe(true)
  })

  test('send whole segments to a viewer with an older page', async () => {
    const [source] = (await joinViewers(1)) as [Viewer]
    const old = neighbourhood.join()
    const releases = await level.segment(0)
    await untilPeers(old, 1)
    for (const each of releases) await source.pieces.offer(each.header, each.bytes)
    await untilHaves(old, 1)
    const { header } = releases.at(-1) as Release
    const held = { segment: (header as { segment: Segment.Segment }).segment, data: bytesOf(releases) }
    expect(await old.mesh.fetch(new Gateway().request(held))).toMatchObject({ from: 'peer' })
  })

  test('refuse a level whose key signed two different contents of one segment, and ban no peer', async () => {
    const [source, viewer] = (await joinViewers(2)) as [Viewer, Viewer]
    origin.isDown = true
    const [first, other] = [await level.segment(0), await level.segment(0)]
    await source.pieces.offer((first[0] as Release).header, (first[0] as Release).bytes)
    await viewer.pieces.next('grown')
    const refused = viewer.pieces.next('contradicted')
    const traitor = joinPieces(neighbourhood, level)
    for (const each of other) await traitor.pieces.offer(each.header, each.bytes)
    expect(await refused).toMatchObject([level.streamId, { name: expect.stringContaining('Contradiction') }])
    expect(viewer.bans).toEqual([])
  })
})

type Act = (peer: Peer, message: Wire.Message) => void

/** A peer that says that it holds all pieces of each segment whose header it hears, and that calls `act` with each message. */
function hostile(act: Act) {
  const { streamId } = level
  const open = (peer: Peer) => {
    peer.send({ type: 'follow', levels: [{ streamId, stripes: 0 }], weight: 0 })
    peer.on('message', (message) => {
      if (message.type === 'news' && 'segment' in message.header) {
        const { segment } = message.header
        const pieces = Array.from({ length: PieceTree.count(length) }, (_, index) => index)
        peer.send({ type: 'holds', streamId, sequenceNumber: segment.sequenceNumber, length, pieces })
      }
      act(peer, message)
    })
  }
  return neighbourhood.stranger(open, { capabilities: ['pieces'] })
}

describe('a viewer among hostile peers', () => {
  const wrong = (ask: Wire.Message & { type: 'ask' }) => {
    const path = new Uint8Array(PieceTree.pathBytes(ask.length))
    const { start, end } = PieceTree.rangeOf(ask.index, ask.length)
    return { path, data: new Uint8Array(end - start - ask.offset) }
  }
  test.each<[string, string, Act]>([
    [
      'sends wrong bytes',
      'PieceIntake.WrongPieceError',
      (peer, message) => message.type === 'ask' && peer.send({ ...message, ...wrong(message), type: 'piece' }),
    ],
    [
      'answers a request that the viewer did not send',
      'PieceNeighbour.UnaskedAnswerError',
      (peer, message) =>
        message.type === 'ask' &&
        peer.send({ ...message, ...wrong(message), type: 'piece', requestId: message.requestId + 7 }),
    ],
    ['never answers', 'PieceNeighbour.UnresponsiveError', () => {}],
    [
      'sends a message of the exchange of whole segments',
      'Neighbour.UnaskedError',
      (peer, message) => message.type === 'ask' && peer.send({ type: 'cancel', requestId: 1 }),
    ],
    [
      'pushes pieces that are of no use',
      'Allowances.UselessPushError',
      (peer, message) => {
        if (message.type !== 'news' || !('segment' in message.header)) return
        const { streamId, sequenceNumber } = message.header.segment
        const piece = { streamId, sequenceNumber: sequenceNumber + 9n, length: 9, index: 0, offset: 0 }
        for (let copy = 0; copy < 200; copy++)
          peer.send({ type: 'piece', requestId: 0, ...piece, path: new Uint8Array(0), data: new Uint8Array(9) })
      },
    ],
    [
      'states a false length of a segment',
      'PieceNeighbour.FalseLengthError',
      (peer, message) =>
        message.type === 'news' &&
        'segment' in message.header &&
        peer.send({ type: 'news', header: { ...message.header, length: length + 1 } }),
    ],
    [
      'sends the record again and again',
      'Allowances.TooManyRecordsError',
      (peer, message) => {
        if (message.type !== 'news') return
        for (let copy = 0; copy < 20; copy++) peer.send({ type: 'record', record: Uint8Array.of(copy) })
      },
    ],
  ])('bans a peer that %s, and gets all bytes from the relay', async (_, name, act) => {
    const viewer = joinPieces(neighbourhood, level, { relay: origin, spareMs: 2_000 })
    hostile(act)
    await untilPeers(viewer, 1)
    for (let number = 0; viewer.bans.length === 0; number++) {
      const releases = await level.segment(number)
      for (const each of releases) origin.release(each)
      viewer.pieces.know((releases.at(-1) as Release).header)
      expect(bytesOf(releases).equals(await untilWhole(viewer.pieces, releases[0] as Release))).toBe(true)
    }
    expect(viewer.bans).toEqual([name])
  })
})
