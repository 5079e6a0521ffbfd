import { Part, PayloadTree, PieceTree, type Segment } from '@lp/contracts/protocol'
import { describe, expect, it } from 'vitest'
import { createStream } from '../../../testbeds/stream'
import { PrefixContradictionError } from './contradiction'
import { SegmentPieces } from './SegmentPieces'

const stream = createStream()
const { streamId } = stream
const size = PieceTree.pieceBytes
const data = crypto.getRandomValues(new Uint8Array(3.5 * size))
/** The ends of the parts: in the first piece, in the third piece, and in the last piece. */
const lengths = [10_000, 2 * size + 5_000, 3 * size + 1_000]
const sequenceNumber = 3n
const place = { streamId, sequenceNumber }

const parts = (await stream.parts({ ...place, data, lengths })).map(({ part }) => part) as [
  Part.Part,
  Part.Part,
  Part.Part,
]
const { byteLength: _, ...segment } = await stream.publication({ ...place, data, durationMs: 2_000 })

/** The pieces of a node that holds the first `length` bytes of the segment and knows the header of these bytes. */
async function holder(length = data.length) {
  const pieces = new SegmentPieces(place)
  for (const part of parts) if (part.length <= length) pieces.addPart(part)
  if (length === data.length) pieces.close(segment)
  expect(await pieces.append(data.subarray(0, length), length)).toBe(true)
  return pieces
}

/** The piece `index` as the holder sends it, from byte `offset` of the piece on. */
async function sent(from: SegmentPieces, index: number, { length = data.length, offset = 0 } = {}) {
  const { start, end } = PieceTree.rangeOf(index, length)
  const path = (await from.prove(index, length)) as Uint8Array
  return { length, index, offset, data: from.read(start + offset, end) as Uint8Array, path }
}

const flipped = (bytes: Uint8Array, at = 0) => bytes.with(at, (bytes[at] as number) ^ 1)

describe('SegmentPieces', () => {
  it('accepts the pieces of a whole segment in any order, and then makes the same proofs as the sender', async () => {
    const whole = await holder()
    const receiver = new SegmentPieces(place)
    receiver.close(segment)
    for (const index of [2, 0, 3, 1]) expect(await receiver.add(await sent(whole, index))).toBe('added')
    expect(receiver.isComplete).toBe(true)
    expect(receiver.read(0, data.length)).toEqual(data)
    for (const index of [0, 1, 2, 3]) expect(await sent(receiver, index)).toEqual(await sent(whole, index))
  })

  it('proves a piece before it holds the other pieces', async () => {
    const whole = await holder()
    const [middle, end] = [new SegmentPieces(place), new SegmentPieces(place)]
    for (const pieces of [middle, end]) pieces.close(segment)
    await middle.add(await sent(whole, 1))
    expect(middle.heldLength).toBe(0)
    expect(await end.add(await sent(middle, 1))).toBe('added')
    expect(await middle.prove(2, data.length)).toBeUndefined()
  })

  it('grows with the parts, and receives only the bytes that are missing', async () => {
    const receiver = new SegmentPieces(place)
    for (const [index, part] of parts.entries()) {
      const { length } = part
      const early = await holder(length)
      expect(receiver.addPart(part)).toBe(true)
      for (let piece = Math.floor((lengths[index - 1] ?? 0) / size); piece < PieceTree.count(length); piece++)
        expect(await receiver.add(await sent(early, piece, { length, offset: receiver.heldOf(piece) }))).toBe('added')
      expect(receiver.heldLength).toBe(length)
      expect(receiver.isComplete).toBe(false)
    }
    receiver.close(segment)
    expect(await receiver.add(await sent(await holder(), 3, { offset: receiver.heldOf(3) }))).toBe('added')
    expect(receiver.isComplete).toBe(true)
    expect(receiver.read(0, data.length)).toEqual(data)
  })

  it('learns the length of the whole segment from its last part', async () => {
    const receiver = new SegmentPieces(place)
    const [last] = (await stream.parts({ ...place, data, lengths: [data.length] })) as unknown as [{ part: Part.Part }]
    receiver.addPart(last.part)
    receiver.close({ ...segment, durationMs: last.part.durationMs })
    expect(receiver.knownLength).toBe(data.length)
  })

  it('blames the sender for wrong bytes, a wrong path, a wrong length and a wrong index', async () => {
    const whole = await holder()
    const receiver = new SegmentPieces(place)
    receiver.close(segment)
    const right = await sent(whole, 1)
    expect(await receiver.add({ ...right, data: flipped(right.data) })).toBe('wrong')
    expect(await receiver.add({ ...right, path: flipped(right.path, 33) })).toBe('wrong')
    expect(await receiver.add({ ...right, length: data.length + 1 })).toBe('wrong')
    expect(await receiver.add({ ...right, index: 2 })).toBe('wrong')
    expect(receiver.heldOf(1)).toBe(0)
  })

  it('does not accept bytes of a piece if the header, or the earlier bytes of the same piece, are missing', async () => {
    const whole = await holder()
    const receiver = new SegmentPieces(place)
    expect(await receiver.add(await sent(whole, 0))).toBe('unknown')
    receiver.close(segment)
    expect(await receiver.add(await sent(whole, 0, { offset: 100 }))).toBe('unknown')
  })

  it('recognises bytes that it has', async () => {
    const whole = await holder()
    const receiver = await holder(lengths[1])
    receiver.close(segment)
    expect(await receiver.add(await sent(whole, 1))).toBe('known')
    expect(await receiver.add(await sent(whole, 2))).toBe('added')
  })

  it('blames no sender when the key of the stream signed two different contents of one segment', async () => {
    const receiver = await holder(lengths[0])
    // The same key signs another segment with the same sequence number. Only its first byte is different.
    const other = flipped(data)
    const { byteLength: _, ...forged } = await stream.publication({ ...place, data: other, durationMs: 2_000 })
    const sender = new SegmentPieces(place)
    sender.close(forged)
    await sender.append(other, other.length)
    receiver.close(forged)
    const offset = receiver.heldOf(0)
    expect(await receiver.add(await sent(sender, 0, { offset }))).toBe('doubtful')
    await expect(receiver.add(await sent(sender, 0))).rejects.toThrow(PrefixContradictionError)
  })

  it('blames the key of the stream when its parts and its segment contradict each other', async () => {
    const receiver = await holder(lengths[1])
    expect(() => receiver.addPart({ ...parts[1], prefixHash: segment.dataHash })).toThrow(Part.ContradictionError)
    const moved: Segment.Segment = { ...segment, startTimeMs: 1n }
    expect(() => receiver.close(moved)).toThrow(Part.ContradictionError)
    receiver.close(segment)
    expect(() => receiver.addPart({ ...parts[2], startTimeMs: 1n })).toThrow(Part.ContradictionError)
  })

  it('refuses bytes without paths if they differ from a correct piece that was added before, and blames no key', async () => {
    const receiver = new SegmentPieces(place)
    receiver.close(segment)
    await receiver.add(await sent(await holder(), 2))
    expect(await receiver.append(flipped(data, 2 * size), data.length)).toBe(false)
    expect(await receiver.append(data, data.length)).toBe(true)
    expect(receiver.read(0, data.length)).toEqual(data)
  })

  it('refuses bytes without paths if they do not give the hash of a known prefix', async () => {
    const receiver = await holder(lengths[0])
    const next = data.subarray(lengths[0], lengths[1])
    expect(await receiver.append(next, lengths[1] as number)).toBe(false)
    receiver.addPart(parts[1])
    expect(await receiver.append(flipped(next), lengths[1] as number)).toBe(false)
    expect(await receiver.append(next.subarray(1), lengths[1] as number)).toBe(false)
    expect(await receiver.append(next, lengths[1] as number)).toBe(true)
    expect(await PayloadTree.hash(receiver.read(0, lengths[1] as number) as Uint8Array)).toBe(parts[1].prefixHash)
  })
})
