import type { Hex } from 'viem'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, type Release, untilWhole } from '../../testbeds/pieces'
import { TestFinder } from '../../testbeds/TestFinder'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import type * as Wire from './wire'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
let level: ReturnType<typeof createLevel>
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
  level = createLevel()
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

type Viewer = ReturnType<typeof joinPieces>

async function untilRoomSize({ mesh }: Viewer, size: number): Promise<void> {
  while (mesh.stats.roomSize !== size) await mesh.next('change')
}

const idOf = (number: number): Hex => `0x${number.toString(16).padStart(40, '0')}`

/** A peer that plays the level. When the viewer has said which level the viewer plays, the peer calls `act`. */
function stranger(act: (peer: Peer) => void) {
  const { streamId } = level
  const got: Wire.Message[] = []
  neighbourhood.stranger(
    (peer) => {
      peer.send({ type: 'follow', levels: [{ streamId, stripes: 0 }], weight: 1 })
      peer.on('message', (message) => {
        got.push(message)
        if (message.type === 'follow') act(peer)
      })
    },
    { capabilities: ['pieces'] },
  )
  return got
}

const circle = (count: number, from = 1): Wire.Message => ({
  type: 'circle',
  levels: [
    {
      streamId: level.streamId,
      members: Array.from({ length: count }, (_, index) => ({ id: idOf(from + index), weight: 1 })),
    },
  ],
})

describe('a viewer whose neighbours have other neighbours', () => {
  test('gets pieces from these members through its neighbour, and then knows them', { timeout: 30_000 }, async () => {
    // Three viewers in a line: the first and the last are not neighbours, because they want only one channel and have no tracker.
    const [first, middle, last] = [1, 2, 1].map((wantedChannels) =>
      joinPieces(neighbourhood, level, { spareMs: 10_000, trackers: [], wantedChannels }),
    ) as [Viewer, Viewer, Viewer]
    for (const end of [first, last]) {
      const callee = new TestFinder({ peerId: middle.id })
      middle.room.find(callee)
      end.room.find(new TestFinder({ peerId: end.id, callees: [callee] }))
    }
    const viewers = [first, middle, last]
    await untilRoomSize(middle, 3)
    expect(viewers.map(({ mesh }) => mesh.stats.peers)).toEqual([1, 2, 1])
    expect(viewers.map(({ mesh }) => mesh.stats.roomSize)).toEqual([2, 3, 2])
    const releases = await level.segment(0)
    for (const release of releases) await first.pieces.offer(release.header, release.bytes)
    await untilWhole(last.pieces, releases[0] as Release)
    // The first viewer has sent correct pieces to the viewer in the middle.
    await untilRoomSize(last, 3)
    expect(viewers.flatMap(({ bans }) => bans)).toEqual([])
  })

  test('knows the members that two neighbours tell, each of them once, and forgets them with the neighbours', async () => {
    const viewer = joinPieces(neighbourhood, level)
    const peers: Peer[] = []
    const begin = (count: number, from: number) =>
      stranger((peer) => {
        // The two strangers also connect to each other.
        if (peer.id !== viewer.id) return
        peers.push(peer)
        peer.send(circle(count, from))
      })
    begin(10, 1)
    begin(10, 6)
    await untilRoomSize(viewer, 1 + 2 + 15)
    peers[0]?.close()
    await untilRoomSize(viewer, 1 + 1 + 10)
    expect(viewer.bans).toEqual([])
  })

  test('names only neighbours that have sent it correct pieces', { timeout: 20_000 }, async () => {
    const viewer = joinPieces(neighbourhood, level)
    const silent = joinPieces(neighbourhood, level)
    silent.mesh.limitUploads(0)
    let told = (_: Wire.Message) => {}
    const circles = new Promise<Wire.Message>((resolve) => {
      told = resolve
    })
    const other = joinPieces(neighbourhood, level)
    const { streamId } = level
    neighbourhood.stranger(
      (peer) => {
        peer.send({ type: 'follow', levels: [{ streamId, stripes: 0 }], weight: 2 })
        peer.on('message', (message) => {
          const ids =
            message.type === 'circle' ? message.levels.flatMap(({ members }) => members.map(({ id }) => id)) : []
          if (peer.id === viewer.id && ids.length > 0) told(message)
        })
      },
      { capabilities: ['pieces'] },
    )
    await untilPeers(viewer, 3)
    const releases = await level.segment(0)
    for (const release of releases) await other.pieces.offer(release.header, release.bytes)
    await untilWhole(viewer.pieces, releases[0] as Release)
    expect(await circles).toMatchObject({ levels: [{ streamId, members: [{ id: other.id }] }] })
  })

  test('bans a neighbour that tells its neighbours again and again', async () => {
    const viewer = joinPieces(neighbourhood, level)
    stranger((peer) => {
      for (let copy = 0; copy < 20; copy++) peer.send(circle(1, copy))
    })
    await viewer.mesh.next('banned')
    expect(viewer.bans).toEqual(['Allowances.TooManyCirclesError'])
  })
})
