import { Json, StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Evidence } from '../records/Evidence'
import * as storage from '../records/json'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Recordings } from '../storage/Recordings'
import type { PartPlace } from '../storage/Track'
import { type Answer, json, text } from './Answer'
import type { ClientAddress } from './clientAddress'
import { badRequest, notFound } from './HttpError'
import { health } from './health'
import * as hls from './hls'
import type { Metrics } from './metrics'
import { isOperator } from './operatorToken'
import type { PieceProofs } from './PieceProofs'
import { payload } from './payload'
import type { Range } from './range'
import { recordingBytes, recordingTorrent } from './recording'
import { type PaymentsStatus, publicStatus, type Status, streamStatuses } from './Status'
import { segmentBytes } from './segmentBytes'
import { type AskedPiece, segmentPieces } from './segmentPieces'
import { type Found, maxWaitMs, type Question } from './serve'
import { type Polls, segmentList, streamRecord } from './streams'
import type { Vitals } from './vitals'

/** The parts of the relay from which the routes read their answers. */
export type Context = {
  catalogue: Catalogue
  payloads: PayloadStore
  metrics: Metrics
  status(): Status | Promise<Status>
  /** The operator's token. Without this token in its request, a client gets only the public status and the public metrics. */
  statusToken?: string | undefined
  /** The proof of this relay's work on a source segment. `undefined` for a relay that does not transcode. */
  evidence?(streamId: StreamId.StreamId, sequenceNumber: bigint): Evidence | undefined
  /** The values of the operator's gauges. `undefined` for a relay without a key. */
  vitals?(): Vitals
  /** `undefined` for a relay that sells nothing. */
  payments?(): PaymentsStatus
  /** The present faults of the relay, one sentence for each fault. Default: no faults. */
  problems?(): readonly string[]
  /** Whether another transcoder must continue this stream. Default: `false` for every stream. */
  isHandedOver?(streamId: StreamId.StreamId): boolean
  polls: Polls
  proofs: PieceProofs
  recordings: Recordings
  clientAddress: ClientAddress
}

/** The largest number of pieces in one request. */
const maxPieces = 64

type Route = {
  /** The name of the route in the metrics. */
  name: string
  path: RegExp
  answer(context: Context, request: Question & { parts: readonly string[] }): Answer | Promise<Answer>
}

/** The public paths of a relay. These paths must not change, because players and other relays use them. */
const routes: readonly Route[] = [
  {
    name: 'healthz',
    path: /^\/healthz$/,
    answer: ({ problems = () => [] }) => health(problems()),
  },
  {
    name: 'status',
    path: /^\/status$/,
    async answer({ status, statusToken, catalogue }, { message }) {
      const whole = await status()
      const shown = isOperator(message, statusToken) ? whole : publicStatus(whole)
      const document = { ...shown, streams: streamStatuses(catalogue) }
      return json(Json.stringify(document))
    },
  },
  {
    name: 'metrics',
    path: /^\/metrics$/,
    async answer({ metrics, vitals, payments, statusToken, catalogue }, { message }) {
      if (vitals) metrics.setVitals(vitals())
      if (payments) metrics.setPayments(payments())
      metrics.count.streamsLive(catalogue.records().filter(({ state }) => state === 'live').length)
      const { registry, privateRegistry } = metrics
      const registries = isOperator(message, statusToken) ? [registry, privateRegistry] : [registry]
      const texts = await Promise.all(registries.map((each) => each.metrics()))
      return text(texts.join(''), registry.contentType)
    },
  },
  {
    name: 'streams',
    path: /^\/streams\/([^/]+)$/,
    answer: ({ catalogue }, { parts }) => streamRecord(catalogue, streamIdOf(parts[0])),
  },
  {
    name: 'segments',
    path: /^\/segments\/([^/]+)$/,
    answer: ({ catalogue, polls, isHandedOver, clientAddress }, { parts, query, message, signal }) =>
      segmentList(
        { catalogue, polls, isHandedOver },
        {
          streamId: streamIdOf(parts[0]),
          after: afterOf(query.get('after')),
          part: partOf(query.get('part')),
          waitMs: waitMsOf(query.get('waitMs')),
          address: clientAddress(message),
          signal,
        },
      ),
  },
  {
    name: 'segment-bytes',
    path: /^\/segments\/([^/]+)\/(\d{1,20})$/,
    answer(context, { parts, query }) {
      const place = { streamId: streamIdOf(parts[0]), sequenceNumber: BigInt(parts[1] as string) }
      const asked = query.get('pieces')
      if (asked === null) return segmentBytes(context, { ...place, range: rangeOf(query.get('bytes')) })
      return segmentPieces(context, { ...place, length: lengthOf(query.get('of')), pieces: piecesOf(asked) })
    },
  },
  {
    name: 'receipts',
    path: /^\/receipts\/([^/]+)\/(\d{1,20})$/,
    answer({ evidence }, { parts }) {
      const found = evidence?.(streamIdOf(parts[0]), BigInt(parts[1] as string))
      if (!found)
        throw notFound(
          'This relay has no receipt for the segment.',
          'Ask the transcoder that the stream’s record names. A relay deletes receipts together with their payloads.',
        )
      return json(storage.encode(found))
    },
  },
  {
    name: 'payload',
    path: /^\/payload\/([^/]+)$/,
    answer: ({ payloads, metrics }, { parts, message }) =>
      payload({ payloads, count: metrics.count }, { dataHash: dataHashOf(parts[0]), request: message }),
  },
  {
    name: 'recording',
    path: /^\/recordings\/([^/]+)\.(torrent|ts)$/,
    answer: (context, { parts, message }) =>
      parts[1] === 'torrent'
        ? recordingTorrent(context, streamIdOf(parts[0]))
        : recordingBytes(context, { streamId: streamIdOf(parts[0]), request: message }),
  },
  {
    name: 'hls-master',
    path: /^\/hls\/([^/]+)\/master\.m3u8$/,
    answer: ({ catalogue }, { parts }) => hls.master(catalogue, streamIdOf(parts[0])),
  },
  {
    name: 'hls-media',
    path: /^\/hls\/([^/]+)\/(source|\d{1,5}p)\/index\.m3u8$/,
    answer: (context, { parts, query, message, signal }) =>
      hls.media(context, {
        ...{ streamId: streamIdOf(parts[0]), level: parts[1] as string, awaited: awaitedOf(query) },
        ...{ address: context.clientAddress(message), signal },
      }),
  },
  {
    name: 'hls-part',
    path: /^\/hls\/([^/]+)\/(source|\d{1,5}p)\/(\d{1,20})\.(\d{1,3})\.ts$/,
    answer: (context, { parts, message, signal }) =>
      hls.partBytes(context, {
        ...{ streamId: streamIdOf(parts[0]), level: parts[1] as string },
        ...{ sequenceNumber: BigInt(parts[2] as string), index: Number(parts[3]) },
        ...{ address: context.clientAddress(message), signal },
      }),
  },
  {
    name: 'hls-segment',
    path: /^\/hls\/([^/]+)\/(source|\d{1,5}p)\/(\d{1,20})\.ts$/,
    answer({ catalogue, payloads, metrics }, { parts, message }) {
      const place = { streamId: streamIdOf(parts[0]), level: parts[1] as string }
      const { dataHash } = hls.segment(catalogue, { ...place, sequenceNumber: BigInt(parts[2] as string) })
      return payload({ payloads, count: metrics.count }, { dataHash, request: message })
    },
  },
]

/** Finds the route of a request. */
export function route(context: Context, request: Question): Found {
  for (const { name, path, answer } of routes) {
    const match = path.exec(request.path)
    if (match) return { name, answer: () => answer(context, { ...request, parts: match.slice(1) }) }
  }
  return {
    name: 'none',
    answer() {
      throw notFound('This address serves nothing.', 'Read /status, or play /hls/<streamId>/master.m3u8.')
    },
  }
}

function streamIdOf(value = ''): StreamId.StreamId {
  try {
    return StreamId.parse(value)
  } catch {
    throw badRequest('This is not a stream id.', 'Write 0x and 64 hexadecimal digits.')
  }
}

function dataHashOf(value = ''): Hex {
  if (!/^0x[0-9a-f]{64}$/i.test(value))
    throw badRequest('This is not the hash of a payload.', 'Write 0x and 64 hexadecimal digits.')
  return value.toLowerCase() as Hex
}

function afterOf(value: string | null): bigint | undefined {
  if (value === null) return undefined
  if (!/^(-1|\d{1,20})$/.test(value))
    throw badRequest(
      'after is not a sequence number.',
      'Write the number of your newest segment, or -1 to start at the first segment.',
    )
  return BigInt(value)
}

/** `<sequenceNumber>.<index>` of the newest part that the reader knows, or `none`. */
function partOf(value: string | null): PartPlace | 'none' | undefined {
  if (value === null) return undefined
  if (value === 'none') return 'none'
  const [, sequenceNumber, index] = /^(\d{1,20})\.(\d{1,3})$/.exec(value) ?? []
  if (!sequenceNumber || !index)
    throw badRequest(
      'part does not name a part.',
      'Write the sequence number, a point and the index of your newest part, or the word none.',
    )
  return { sequenceNumber: BigInt(sequenceNumber), index: Number(index) }
}

/** `<first>-<last>`, both included. */
function rangeOf(value: string | null): Range {
  const [, first, last] = /^(\d{1,9})-(\d{1,9})$/.exec(value ?? '') ?? []
  if (!first || !last || Number(first) > Number(last))
    throw badRequest('bytes is not a range.', 'Write the first and the last byte, for example bytes=0-16383.')
  return { start: Number(first), end: Number(last) }
}

/** `<index>` or `<index>.<offset>`, with a comma between two pieces. */
function piecesOf(value: string): AskedPiece[] {
  const pieces = value.split(',').map((piece) => /^(\d{1,4})(?:\.(\d{1,5}))?$/.exec(piece))
  if (pieces.length > maxPieces || pieces.some((piece) => !piece))
    throw badRequest(
      'pieces does not name pieces.',
      `Write at most ${maxPieces} numbers with commas, for example pieces=4.9000,5: piece 4 from its byte 9000 on, and piece 5.`,
    )
  return pieces.map((piece) => ({ index: Number(piece?.[1]), offset: Number(piece?.[2] ?? 0) }))
}

function lengthOf(value: string | null): number {
  if (!/^\d{1,9}$/.test(value ?? ''))
    throw badRequest('of is not a length.', 'Write the length of the part or of the segment that contains the pieces.')
  return Number(value)
}

/** The parameters of a blocking reload: RFC 8216bis, 6.2.5.2. */
function awaitedOf(query: URLSearchParams): hls.Awaited | undefined {
  const [segment, part] = [query.get('_HLS_msn'), query.get('_HLS_part')]
  if (segment === null && part === null) return undefined
  if (!/^\d{1,20}$/.test(segment ?? '') || !/^\d{1,3}$/.test(part ?? '0'))
    throw badRequest(
      '_HLS_msn or _HLS_part is not a number.',
      'Write the number of a segment, and the number of a part.',
    )
  return { sequenceNumber: BigInt(segment as string), index: part === null ? undefined : Number(part) }
}

function waitMsOf(value: string | null): number {
  const waitMs = Number(value ?? '0')
  if (!/^\d{0,5}$/.test(value ?? '') || waitMs > maxWaitMs)
    throw badRequest('waitMs is out of range.', `Write milliseconds from 0 to ${maxWaitMs}.`)
  return waitMs
}
