import { PieceTree, Segment } from '@lp/contracts/protocol'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Member, type Neighbourhood, openNeighbourhood, untilPeers } from '../../testbeds/mesh'
import { createLevel, joinPieces, type Release, verifier } from '../../testbeds/pieces'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Peer } from './Peer'
import type { HeaderVerifier } from './pieces/HeaderCheck'
import type { Sharing } from './pieces/Sharing'
import type * as Wire from './wire'

const webRtc = startWebRtc()
let neighbourhood: Neighbourhood
beforeEach(async () => {
  neighbourhood = await openNeighbourhood(webRtc)
})
afterEach(() => neighbourhood.close())
afterAll(() => webRtc.cleanup())

type Level = ReturnType<typeof createLevel>

/**
 * A viewer that follows the level, and a hostile peer that is connected to the viewer. `checked`: the segments whose signatures the viewer
 * checked.
 */
async function meet(level: Level, check: HeaderVerifier['segment'] = verifier.segment) {
  const checked: bigint[] = []
  const segment = (header: Segment.Segment) => {
    checked.push(header.sequenceNumber)
    return check(header)
  }
  const viewer = joinPieces(neighbourhood, level, { pieces: { verifier: { ...verifier, segment } } })
  const peer = await meetPeer(viewer)
  await untilPeers(viewer, 1)
  return { viewer, peer, checked }
}

/** A peer that is connected to this viewer. The test controls its messages. */
const meetPeer = ({ id }: Member) =>
  new Promise<Peer>((resolve) => {
    neighbourhood.stranger((peer) => peer.id === id && resolve(peer), { capabilities: ['pieces'] })
  })

/**
 * Sends a request for an unknown segment, and resolves when the viewer declines the request. Then the viewer has received all earlier
 * messages of the peer.
 */
function untilHeard(peer: Peer, { streamId }: Level): Promise<void> {
  const ask = { requestId: 77, streamId, sequenceNumber: 2n ** 60n, length: 1, index: 0, offset: 0, withinMs: 0 }
  return new Promise((resolve) => {
    peer.on('message', (message) => message.type === 'decline' && resolve())
    peer.send({ type: 'ask', ...ask })
  })
}

/** Each segment is one piece of 100 bytes. */
const segments = (level: Level, numbers: readonly number[]) =>
  Promise.all(numbers.map(async (number) => (await level.segment(number))[0] as Release))
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

describe('a viewer whose neighbour sends too much', () => {
  test('does not check the signatures of correct headers that are too old or too far ahead, even if they come 100 times', async () => {
    const level = createLevel(100, 1)
    const { viewer, peer, checked } = await meet(level)
    for (const { header } of await segments(level, range(100, 30))) viewer.pieces.know(header)
    const useless = await segments(level, [0, 1, 99, 160, 5_000])
    for (let copy = 0; copy < 100; copy++) for (const { header } of useless) peer.send({ type: 'news', header })
    const [next] = await segments(level, [130])
    const heard = viewer.pieces.next('header')
    peer.send({ type: 'news', header: (next as Release).header })
    await heard
    expect(checked).toEqual([130n])
    expect(viewer.bans).toEqual([])
  })

  test('checks one header with a wrong signature, and then no other header of this neighbour', async () => {
    const level = createLevel(100, 1)
    let answer = () => {}
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { viewer, peer, checked } = await meet(level, async () => {
      await isAnswered
      throw new Segment.WrongSignerError({ origin: level.key.address, signer: undefined })
    })
    for (const { header } of await segments(level, range(0, 30))) peer.send({ type: 'news', header })
    await untilHeard(peer, level)
    const closed = peer.next('close')
    answer()
    await closed
    expect(viewer.bans).toEqual(['Segment.WrongSignerError'])
    await new Promise((resolve) => setImmediate(resolve))
    expect(checked).toEqual([0n])
  })

  test('bans a neighbour that follows and leaves a level again and again, and before the ban sends the list of held pieces at most 20 times', async () => {
    const level = createLevel(100, 1)
    const { viewer, peer } = await meet(level)
    for (const { header, bytes } of await segments(level, range(0, 30))) await viewer.pieces.offer(header, bytes)
    let told = 0
    peer.on('message', ({ type }) => {
      if (type === 'holds') told++
    })
    for (let turn = 0; turn < 200; turn++)
      for (const levels of [[{ streamId: level.streamId, stripes: 0 }], []])
        peer.send({ type: 'follow', levels, weight: 1 })
    await peer.next('close')
    expect(viewer.bans).toEqual(['Allowances.TooManyLevelsError'])
    expect(told).toBeLessThanOrEqual(20 * 30)
  })

  test('of the pieces that wait for the check of a header, keeps at most 1 MiB and one more piece', async () => {
    const level = createLevel(200 * PieceTree.pieceBytes, 1)
    let check = () => {}
    const isChecked = new Promise<void>((resolve) => {
      check = resolve
    })
    const { viewer, peer } = await meet(level, () => isChecked)
    const [{ header, bytes }] = (await level.segment(0)) as [Release]
    const growing = await PieceTree.grow()
    growing.append(bytes)
    const place = { streamId: level.streamId, sequenceNumber: 0n, length: bytes.length }
    peer.send({ type: 'news', header })
    for (const index of range(0, 200)) {
      const { start, end } = PieceTree.rangeOf(index, bytes.length)
      const path = await PieceTree.prove(growing.roots(), index)
      peer.send({ type: 'piece', requestId: 0, ...place, index, offset: 0, path, data: bytes.subarray(start, end) })
    }
    await untilHeard(peer, level)
    const grown = viewer.pieces.next('grown')
    check()
    await grown
    // The viewer handles this message of an unknown type only after it has checked all waiting pieces.
    const last = peer.next('close')
    peer.channel.send(Uint8Array.of(0x7f))
    await last
    expect(viewer.mesh.stats.bytesFromPeers).toBeGreaterThan(0)
    expect(viewer.mesh.stats.bytesFromPeers).toBeLessThanOrEqual(1024 * 1024 + PieceTree.pieceBytes)
    expect(viewer.bans).toEqual(['Wire.UnknownTypeError'])
  })
})

type Asking = (requestId: number) => Wire.Message

/** Gives the viewer a segment of one piece of 16 KiB. Returns a function that makes requests for this piece. */
async function holdPiece(viewer: Member & { pieces: Sharing }, level: Level, number = 0): Promise<Asking> {
  const [{ header, bytes }] = (await level.segment(number)) as [Release]
  await viewer.pieces.offer(header, bytes)
  const piece = { streamId: level.streamId, sequenceNumber: BigInt(number), length: bytes.length, index: 0, offset: 0 }
  return (requestId) => ({ type: 'ask', requestId, ...piece, withinMs: 5_000 })
}

describe('a viewer whose neighbour asks too much', () => {
  test('declines most requests of a neighbour that asks for the same piece 300 times', async () => {
    const level = createLevel(PieceTree.pieceBytes, 1)
    const { viewer, peer } = await meet(level)
    const ask = await holdPiece(viewer, level)
    const answers = { piece: 0, decline: 0 }
    const isAnswered = new Promise<void>((resolve) => {
      peer.on('message', ({ type }) => {
        if (type !== 'piece' && type !== 'decline') return
        answers[type]++
        if (answers.piece + answers.decline === 300) resolve()
        // One request at a time, so the upload queue is never full.
        else peer.send(ask(answers.piece + answers.decline + 1))
      })
    })
    peer.send(ask(1))
    await isAnswered
    expect(answers.piece).toBeGreaterThan(60)
    expect(answers.piece).toBeLessThan(100)
    expect(viewer.bans).toEqual([])
  })

  test('still sends pieces to an honest neighbour while other neighbours ask for pieces and do not read them', async () => {
    const level = createLevel(PieceTree.pieceBytes, 1)
    const viewer = joinPieces(neighbourhood, level)
    // A viewer sends the same piece to only a few neighbours, so each neighbour asks for a different piece.
    const asks: Asking[] = []
    for (const number of range(0, 4)) asks.push(await holdPiece(viewer, level, number))
    const hostile = [await meetPeer(viewer), await meetPeer(viewer), await meetPeer(viewer)]
    await untilPeers(viewer, 3)
    // From now on, the channels to the hostile neighbours take bytes and send none.
    let bufferedBytes = 0
    const isFull = new Promise<void>((resolve) => {
      for (const channel of viewer.room.channels.values()) {
        let ownBytes = 0
        vi.spyOn(channel, 'bufferedAmount', 'get').mockImplementation(() => ownBytes)
        vi.spyOn(channel, 'send').mockImplementation((bytes) => {
          ownBytes += bytes.length
          bufferedBytes += bytes.length
          if (bufferedBytes >= 128 * 1024) resolve()
        })
      }
    })
    const honest = await meetPeer(viewer)
    for (const [index, peer] of hostile.entries())
      for (let requestId = 1; requestId <= 3; requestId++) peer.send((asks[index] as Asking)(requestId))
    await isFull
    const ask = asks[3] as Asking
    const answer = new Promise<Wire.Message>((resolve) => {
      honest.on('message', (message) => {
        if (message.type === 'piece') resolve(message)
        // A viewer asks a busy neighbour again after this time.
        else if (message.type === 'decline') setTimeout(() => honest.send(ask(message.requestId + 1)), 100)
      })
    })
    honest.send(ask(1))
    expect(await answer).toMatchObject({ sequenceNumber: 3n })
  })
})

describe('a neighbour that pushes wrong bytes for the missing end of a piece', () => {
  test('cannot stop the viewer from getting the piece from an honest neighbour', async () => {
    const level = createLevel()
    const viewer = joinPieces(neighbourhood, level, { spareMs: 20_000 })
    const [first, second] = (await level.segment(0)) as [Release, Release]
    const [honest, hostile] = [await meetPeer(viewer), await meetPeer(viewer)]
    await untilPeers(viewer, 2)
    for (const { header, bytes } of [first]) await viewer.pieces.offer(header, bytes)
    viewer.pieces.know(second.header)
    // Part 0 ends at byte 40,000, in the middle of piece 2.
    const [length, index, offset] = [80_000, 2, 40_000 - 2 * PieceTree.pieceBytes]
    const place = { streamId: level.streamId, sequenceNumber: 0n, length }
    const whole = Buffer.concat([first.bytes, second.bytes])
    const growing = await PieceTree.grow()
    growing.append(whole)
    const path = await PieceTree.prove(growing.roots(), index)
    const withdrawn = new Set<number>()
    // The honest neighbour answers after 200 ms, unless the viewer has withdrawn the request.
    honest.on('message', (message) => {
      if (message.type === 'withdraw') withdrawn.add(message.requestId)
      if (message.type !== 'ask' || message.index !== index) return
      const { requestId, offset } = message
      const data = whole.subarray(index * PieceTree.pieceBytes + offset, (index + 1) * PieceTree.pieceBytes)
      const answer: Wire.Message = { type: 'piece', requestId, ...place, index, offset, path, data }
      setTimeout(() => !withdrawn.has(requestId) && honest.send(answer), 200)
    })
    honest.send({ type: 'holds', ...place, pieces: [index] })
    const data = new Uint8Array(PieceTree.pieceBytes - offset)
    const push = () => hostile.send({ type: 'piece', requestId: 0, ...place, index, offset, path, data })
    let pushes = 0
    const timer = setInterval(() => {
      push()
      if (++pushes === 100) clearInterval(timer)
    }, 50)
    while (viewer.pieces.segment(place)?.read(0, 3 * PieceTree.pieceBytes) === undefined)
      await viewer.pieces.next('grown')
    expect(pushes).toBeLessThan(100)
    clearInterval(timer)
  })
})
