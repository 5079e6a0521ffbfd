import { ProtocolError, type typedData } from '@lp/contracts/protocol'
import { bytesToHex, concatHex, type Hex, keccak256, sliceHex, stringToHex } from 'viem'
import type { Publication } from '../records/Publication'
import * as bencode from './bencode'
import { decodeEnd, decodeHeaders, encodeEnd, encodeHeaders, endBytes, headerBytes } from './headers'
import * as Layout from './Layout'
import { PieceHasher, pieceLengthOf } from './PieceHasher'
import * as Recording from './Recording'

/**
 * The encoded info dictionary of the torrent of a recording. The SHA-1 hash of these bytes is the infohash. In addition to the fields of
 * every torrent with one file, the dictionary has the field `lp` with the signed headers of the segments. So a reader of the torrent can
 * check each segment.
 */
export type Info = Uint8Array<ArrayBuffer>

const version = 1

/**
 * Builds the torrent of a recording. The same recording always gives the same bytes. `read` returns the payload of a segment, and must
 * check the hash of this payload. Throws `Recording.InvalidError`, and the errors of `read`.
 */
export async function build(
  recording: Recording.Recording,
  read: (segment: Publication) => Promise<Uint8Array>,
): Promise<Info> {
  Recording.assertValid(recording)
  const { streamId, segments, end } = recording
  const length = Layout.byteLength(Layout.create(recording))
  const hasher = new PieceHasher(length)
  for (const segment of segments) await hasher.append(await read(segment))
  const lp = new Map<string, bencode.Value>([
    ['headers', encodeHeaders(segments)],
    ['version', version],
  ])
  if (end) lp.set('end', encodeEnd(end))
  return bencode.encode(
    new Map<string, bencode.Value>([
      ['length', length],
      ['lp', lp],
      ['name', nameOf(streamId)],
      ['piece length', pieceLengthOf(length)],
      ['pieces', await hasher.finish()],
    ]),
  )
}

/**
 * Reads the torrent of a recording of this stream. The signatures are not checked. Throws `MalformedError`, `bencode.NotCanonicalError`,
 * `Recording.InvalidError`.
 */
export function decode(info: Uint8Array, streamId: Recording.Recording['streamId']): Recording.Recording {
  const fields = bencode.decode(info)
  const lp = fields.get('lp')
  if (!(lp instanceof Map) || lp.get('version') !== version) throw new MalformedError('lp')
  const [headers, end, name] = [lp.get('headers'), lp.get('end'), fields.get('name')]
  // Other fields could change how a BitTorrent client reads the torrent.
  if (fields.size !== 5 || lp.size !== (end === undefined ? 2 : 3)) throw new MalformedError('number of fields')
  if (!(name instanceof Uint8Array) || bytesToHex(name) !== bytesToHex(nameOf(streamId)))
    throw new MalformedError('name')
  if (!(headers instanceof Uint8Array) || headers.length % headerBytes !== 0) throw new MalformedError('headers')
  if (headers.length > Recording.maxSegments * headerBytes) throw new MalformedError('headers')
  if (end !== undefined && !(end instanceof Uint8Array && end.length === endBytes)) throw new MalformedError('end')
  const recording: Recording.Recording = {
    streamId,
    segments: decodeHeaders(headers, streamId),
    end: end && decodeEnd(end, streamId),
  }
  Recording.assertValid(recording)
  const length = Layout.byteLength(Layout.create(recording))
  const [pieceLength, pieces] = [pieceLengthOf(length), fields.get('pieces')]
  if (fields.get('length') !== length) throw new MalformedError('length')
  if (fields.get('piece length') !== pieceLength) throw new MalformedError('piece length')
  if (!(pieces instanceof Uint8Array) || pieces.length !== 20 * Math.ceil(length / pieceLength))
    throw new MalformedError('pieces')
  return recording
}

/**
 * Like `decode`, for a torrent from a stranger. Also checks the signatures of the first segment, the last segment and the end of the
 * recording. Throws the errors of `decode` and of `Recording.verifyEnds`.
 */
export async function verify(
  info: Uint8Array,
  { streamId, domain }: { streamId: Recording.Recording['streamId']; domain: typedData.Domain },
): Promise<Recording.Recording> {
  const recording = decode(info, streamId)
  await Recording.verifyEnds(recording, domain)
  return recording
}

const fileHead = new TextEncoder().encode('d4:info')

/**
 * The info dictionary in a torrent file that `torrentFile` has made. Throws `MalformedError` if the file does not begin with `d4:info` or
 * does not end with `e`.
 */
export function infoOf(torrentFile: Uint8Array): Info {
  const isOurs = fileHead.every((byte, index) => torrentFile[index] === byte) && torrentFile.at(-1) === 0x65
  if (!isOurs) throw new MalformedError('info')
  return torrentFile.slice(fileHead.length, -1) as Info
}

/** The torrent file. It has no trackers and no web seeds, because a reader finds them through the chain. */
export const torrentFile = (info: Info): Uint8Array<ArrayBuffer> => {
  const file = new Uint8Array(fileHead.length + info.length + 1)
  file.set(fileHead)
  file.set(info, fileHead.length)
  file.set([0x65], fileHead.length + info.length)
  return file
}

/**
 * The infohash (20 bytes) of a room at the trackers. It names no torrent. The viewers that have a recording of this stream, or look for
 * one, meet in this room, and tell each other the infohash of the recording's torrent.
 */
export const roomOf = (streamId: Hex): Hex =>
  sliceHex(keccak256(concatHex([streamId, stringToHex('recording')])), 0, 20)

/** The infohash, which names the torrent: 20 bytes. */
export const infoHash = async (info: Info): Promise<Hex> =>
  bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-1', info)))

/** Other programs choose a player by the extension of the file name. */
const nameOf = (streamId: Hex) => new TextEncoder().encode(`${streamId}.ts`)

export class MalformedError extends ProtocolError {
  override readonly name = 'Metainfo.MalformedError'
  constructor(field: string) {
    super('This is not the torrent of a recording of this stream.', { details: [`Wrong field: ${field}`] })
  }
}
