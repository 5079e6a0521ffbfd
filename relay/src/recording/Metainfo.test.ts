import { createHash } from 'node:crypto'
import { PayloadTree, Segment, StreamEnd, StreamId } from '@lp/contracts/protocol'
import { bytesToHex, hexToBytes, numberToHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { beforeAll, describe, expect, test } from 'vitest'
import { domain } from '../../testbeds/stream'
import type { Publication } from '../records/Publication'
import * as bencode from './bencode'
import * as Metainfo from './Metainfo'
import * as Recording from './Recording'

const origin = privateKeyToAccount(numberToHex(1, { size: 32 }))
const streamId = StreamId.create({ origin: origin.address, nonce: numberToHex(1, { size: 12 }) })

/** The payload of each segment, by sequence number. Segment 2 is missing. The third payload is longer than two pieces. */
const payloads = new Map([0, 1, 3].map((number) => [BigInt(number), Buffer.alloc(300_000 * (number + 1), number + 1)]))

const sign = async (sequenceNumber: bigint, data: Uint8Array): Promise<Publication> => ({
  ...(await Segment.sign(
    {
      ...{ streamId, sequenceNumber, startTimeMs: 1_790_000_000_000n + 2_000n * sequenceNumber, durationMs: 2_000 },
      dataHash: await PayloadTree.hash(data),
    },
    origin,
    domain,
  )),
  byteLength: data.length,
})

const read = async ({ sequenceNumber }: Publication) => payloads.get(sequenceNumber) as Buffer

let recording: Recording.Recording
let info: Metainfo.Info
beforeAll(async () => {
  recording = {
    streamId,
    segments: await Promise.all([...payloads].map(([number, data]) => sign(number, data))),
    end: await StreamEnd.sign({ streamId, lastSequenceNumber: 3n }, origin, domain),
  }
  info = await Metainfo.build(recording, read)
})

/** The info dictionary as decision 043 describes it, made from the whole file with Node's own functions. */
function describedInfo(): Buffer {
  const integer = (bytes: number, value: number | bigint) =>
    Buffer.from(hexToBytes(numberToHex(value, { size: bytes })))
  const text = (value: Uint8Array | string) => Buffer.concat([Buffer.from(`${value.length}:`), Buffer.from(value)])
  const headers = recording.segments.map(
    ({ sequenceNumber, startTimeMs, durationMs, byteLength, dataHash, signature }) =>
      Buffer.concat([
        ...[integer(8, sequenceNumber), integer(8, startTimeMs), integer(4, durationMs), integer(4, byteLength)],
        ...[hexToBytes(dataHash), hexToBytes(signature)],
      ]),
  )
  const end = Buffer.concat([integer(8, 3), hexToBytes(recording.end?.signature as `0x${string}`)])
  const file = Buffer.concat([...payloads.values()])
  const pieces = Array.from({ length: Math.ceil(file.length / 262_144) }, (_, piece) =>
    createHash('sha1')
      .update(file.subarray(262_144 * piece, 262_144 * (piece + 1)))
      .digest(),
  )
  return Buffer.concat([
    Buffer.from(`d6:lengthi${file.length}e2:lpd3:end`),
    ...[text(end), Buffer.from('7:headers'), text(Buffer.concat(headers)), Buffer.from('7:versioni1ee4:name')],
    ...[text(`${streamId}.ts`), Buffer.from('12:piece lengthi262144e6:pieces'), text(Buffer.concat(pieces))],
    Buffer.from('e'),
  ])
}

describe('the torrent of a recording', () => {
  test('is the torrent that decision 043 describes', async () => {
    expect(Buffer.from(info).equals(describedInfo())).toBe(true)
    expect(await Metainfo.infoHash(info)).toBe(bytesToHex(createHash('sha1').update(describedInfo()).digest()))
    expect(await Metainfo.infoHash(info)).toBe('0x9dc0802684a0ab2c0d4c2d3c12f939580baee3c6')
  })

  test('holds the signed headers, so a reader that has only the torrent can check each segment', async () => {
    const read = Metainfo.decode(info, streamId)
    expect(read).toEqual(recording)
    for (const segment of read.segments) await Segment.verify(segment, domain)
    await Recording.verifyEnds(read, domain)
    expect(Recording.hasEnd(read)).toBe(true)
  })

  test('has another infohash without the end of the stream or with fewer segments; a recording is better with the last segment, or with more segments', async () => {
    const { segments } = recording
    const endless = await Metainfo.build({ ...recording, end: undefined }, read)
    const shorter = await Metainfo.build({ ...recording, segments: segments.slice(0, 2) }, read)
    const hashes = await Promise.all([info, endless, shorter].map(Metainfo.infoHash))
    expect(new Set(hashes).size).toBe(3)
    expect(Metainfo.decode(endless, streamId)).toEqual({ ...recording, end: undefined })
    const better = Recording.isBetter
    expect([better(recording, Metainfo.decode(shorter, streamId)), better(recording, recording)]).toEqual([true, false])
    expect(better(Metainfo.decode(shorter, streamId), Metainfo.decode(endless, streamId))).toBe(false)
  })

  test('has pieces whose length is a power of two: at most 4,096 pieces for a file up to 64 GiB', async () => {
    const { pieceLengthOf } = await import('./PieceHasher')
    const lengths = [1, 2 ** 30, 2 ** 30 + 1, 2 ** 40].map((length) => Math.log2(pieceLengthOf(length)))
    expect(lengths).toEqual([18, 18, 19, 24])
  })

  test.each<[string, (fields: Map<string, bencode.Value>, lp: Map<string, bencode.Value>) => void]>([
    ['another length', (fields) => fields.set('length', 1)],
    ['other pieces', (fields) => fields.set('piece length', 16_384)],
    ['one hash too few', (fields) => fields.set('pieces', (fields.get('pieces') as Uint8Array).subarray(20))],
    ['the name of another stream', (fields) => fields.set('name', new Uint8Array(69))],
    ['a list of files', (fields) => fields.set('files', new Map())],
    ['another version', (_, lp) => lp.set('version', 2)],
    ['half a header', (_, lp) => lp.set('headers', (lp.get('headers') as Uint8Array).subarray(1))],
    ['an end without its signature', (_, lp) => lp.set('end', new Uint8Array(8))],
    ['a field that we do not know', (_, lp) => lp.set('date', 1)],
    ['no headers', (_, lp) => lp.delete('headers')],
  ])('is refused with %s', (_, change) => {
    const fields = new Map(bencode.decode(info))
    const lp = new Map(fields.get('lp') as bencode.Dictionary)
    change(fields, lp)
    const changed = bencode.encode(fields.set('lp', lp))
    expect(() => Metainfo.decode(changed, streamId)).toThrow(Metainfo.MalformedError)
  })

  test('is refused as the torrent of another stream', () => {
    const other = StreamId.create({ origin: origin.address, nonce: numberToHex(2, { size: 12 }) })
    expect(() => Metainfo.decode(info, other)).toThrow(Metainfo.MalformedError)
  })

  test.each<[string, (recording: Recording.Recording) => Recording.Recording]>([
    ['has no segments', (recording) => ({ ...recording, segments: [] })],
    ['repeats a segment', ({ segments: [first = never()], ...rest }) => ({ ...rest, segments: [first, first] })],
    [
      'goes on after its end',
      (recording) => ({ ...recording, end: recording.end && { ...recording.end, lastSequenceNumber: 1n } }),
    ],
    [
      'has the end of another stream',
      (recording) => ({
        ...recording,
        end: recording.end && { ...recording.end, streamId: Metainfo.roomOf(streamId) },
      }),
    ],
    [
      'has an empty segment',
      ({ segments, ...rest }) => ({ ...rest, segments: segments.map((segment) => ({ ...segment, byteLength: 0 })) }),
    ],
  ])('is not built if the recording %s', async (_, change) => {
    await expect(Metainfo.build(change(recording), read)).rejects.toThrow(Recording.InvalidError)
  })
})

function never(): never {
  throw new Error('The recording has segments.')
}
