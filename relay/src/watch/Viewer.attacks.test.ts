import { PieceTree } from '@lp/contracts/protocol'
import { afterAll, test as base, describe, expect } from 'vitest'
import {
  attack,
  broadcast,
  bytesPerPart,
  partMs,
  parts,
  pause,
  payload,
  play,
  spareMs,
  start,
} from '../../testbeds/attackedStream'
import type { Behaviour } from '../../testbeds/attacker'
import { joinMember } from '../../testbeds/member'
import { type Fixtures, fixtures, numbers, trackerOf, until, untilRefused } from '../../testbeds/viewer'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from '../mesh/Peer'
import type { Message } from '../mesh/wire'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const { signal } = new AbortController()
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

/** Waits until each viewer has disconnected the attacker, and checks that each viewer counts the fault `name` once. */
async function cutOff({ viewers }: { viewers: readonly Viewer[] }, name: string) {
  for (const viewer of viewers)
    expect(await until(viewer, ({ peers }) => peers === viewers.length - 1)).toMatchObject({ refused: { [name]: 1 } })
}

describe('viewers continue to play when a neighbour', () => {
  test.for([1, 110_000, 2 ** 32 - 1])(
    'sends the signed header of each segment first, with a false length of %i bytes',
    async (length, { serve, watch }) => {
      const room = await start({ serve, watch, webRtc })
      const attacker = await attack(room)
      await broadcast(room, [1, 2], {
        async beforeEnd({ byteLength, ...segment }) {
          if (attacker.peers.size === 0) return
          attacker.tell({ type: 'news', header: { segment, length } })
          const isKnown = (viewer: Viewer) => numbers(viewer).includes(Number(segment.sequenceNumber))
          await Promise.all(room.viewers.map((viewer) => until(viewer, () => isKnown(viewer))))
        },
      })
      await cutOff(room, 'PieceNeighbour.FalseLengthError')
      attacker.room.leave()
    },
  )

  test.for([1, 2 ** 32 - 1])(
    'states a false length of %i bytes, and no relay answers any longer',
    async (length, { serve, watch }) => {
      const room = await start({ serve, watch, webRtc })
      const attacker = await attack(room)
      const member = joinMember(room.stream, { tracker: trackerOf(room.relay), webRtc })
      while (member.mesh.stats.peers < 3) await member.mesh.next('change')
      await broadcast(room, [1])
      await room.relay.close()
      const publication = await room.stream.sign(2, { payload: payload(2) })
      const { byteLength, ...segment } = publication
      const heard = room.viewers.map((viewer) => viewer.news({ level: 'source', after: 1n, signal }))
      attacker.tell({ type: 'news', header: { segment, length } })
      await Promise.all(heard)
      await member.offer(publication)
      for (const viewer of room.viewers) {
        const { data } = await viewer.payload({ level: 'source', sequenceNumber: 2n, spareMs, signal })
        expect(Buffer.from(data).equals(payload(2))).toBe(true)
        await untilRefused(viewer, 'PieceNeighbour.FalseLengthError')
      }
      attacker.room.leave()
      member.mesh.leave()
    },
  )
})

/** The behaviour of an attacker that says that it holds all pieces of each segment, and answers each request with `answer`. */
const claimAll =
  (answer: (peer: Peer, ask: Ask) => void): Behaviour =>
  (peer, message) => {
    if (message?.type === 'ask') return answer(peer, message)
    if (message?.type !== 'news') return
    const { header } = message
    const { streamId, sequenceNumber } = 'part' in header ? header.part : header.segment
    const length = 'part' in header ? header.part.length : parts * bytesPerPart
    const pieces = Array.from({ length: PieceTree.count(length) }, (_, index) => index)
    peer.send({ type: 'holds', streamId, sequenceNumber, length, pieces })
  }

type Ask = Extract<Message, { type: 'ask' }>

/** The right answer to a request. */
async function answerTo({ requestId, streamId, sequenceNumber, length, index, offset }: Ask) {
  const data = payload(Number(sequenceNumber)).subarray(0, length)
  const growing = await PieceTree.grow()
  growing.append(data)
  const { start, end } = PieceTree.rangeOf(index, length)
  const path = await PieceTree.prove(growing.roots(), index)
  const place = { requestId, streamId, sequenceNumber, length, index, offset }
  return { type: 'piece' as const, ...place, path, data: data.slice(start + offset, end) }
}

describe('viewers continue to play when a neighbour says that it holds each piece, and', () => {
  test.for<[string, string | undefined, (peer: Peer, ask: Ask) => void]>([
    [
      'sends changed bytes',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const answer = await answerTo(ask)
        answer.data[0] = (answer.data[0] ?? 0) ^ 1
        peer.send(answer)
      },
    ],
    [
      'sends a wrong path',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const answer = await answerTo(ask)
        peer.send({ ...answer, path: answer.path.map((byte) => byte ^ 1) })
      },
    ],
    [
      'sends an old piece with the new sequence number',
      'PieceIntake.WrongPieceError',
      async (peer, ask) => {
        const old = await answerTo({ ...ask, sequenceNumber: ask.sequenceNumber - 1n })
        peer.send({ ...old, sequenceNumber: ask.sequenceNumber })
      },
    ],
    ['never answers', 'PieceNeighbour.UnresponsiveError', () => {}],
    [
      'declines each request',
      'Allowances.BrokenHoldsError',
      (peer, { requestId }) => peer.send({ type: 'decline', requestId, reason: 'missing' }),
    ],
    [
      'answers each request just before the viewer stops waiting',
      undefined,
      async (peer, ask) => {
        const answer = await answerTo(ask)
        setTimeout(() => peer.send(answer), 280)
      },
    ],
  ])('%s', async ([, fault, answer], { serve, watch }) => {
    const room = await start({ serve, watch, webRtc })
    const attacker = await attack(room, claimAll(answer))
    // The viewers disconnect the attacker during one of the first segments. A slow answer is no fault.
    for (let number = 1; number <= 2 || (fault && attacker.peers.size > 0); number++) await broadcast(room, [number])
    if (fault) await cutOff(room, fault)
    else expect(room.viewers.map((viewer) => viewer.getSnapshot().refused)).toEqual([{}, {}])
    attacker.room.leave()
  })
})

test('when the stream key signs a segment that contradicts its parts, viewers do not play this segment, ban no viewer, and play the next segments', async ({
  serve,
  watch,
}) => {
  const room = await start({ serve, watch, webRtc })
  const { stream, viewers } = room
  const startTimeMs = Date.now()
  const played = viewers.map((viewer) => play(viewer, 1))
  for (let part = 1; part < parts; part++) {
    const bytes = payload(1).subarray(0, part * bytesPerPart)
    await stream.publishPart(1, { bytes, durationMs: part * partMs, startTimeMs })
    await pause(partMs)
  }
  await stream.publish(1, { payload: payload(9), startTimeMs })
  for (const { status } of await Promise.allSettled(played)) expect(status).toBe('rejected')
  await broadcast(room, [2, 3])
  for (const viewer of viewers) {
    const { peers, refused } = viewer.getSnapshot()
    expect(peers).toBe(1)
    // Only a viewer that has checked bytes of a part knows that the key signed two contents. For any other viewer, the relay seems to have
    // sent wrong bytes.
    const faults = [
      'contradiction.PrefixContradictionError',
      'PieceIntake.WrongPieceError',
      'Segment.WrongPayloadError',
    ]
    expect(Object.keys(refused)).not.toEqual([])
    for (const fault of Object.keys(refused)) expect(faults).toContain(fault)
  }
})
