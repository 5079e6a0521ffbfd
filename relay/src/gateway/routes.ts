import { Json, type StreamId } from '@lp/contracts/protocol'
import type { KeyDesk } from '../mesh/KeyTalk'
import type { Evidence } from '../records/Evidence'
import * as storage from '../records/json'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import type { Recordings } from '../storage/Recordings'
import type { AddressLimit } from './AddressLimit'
import { type Answer, json, text } from './Answer'
import type { Audience } from './Audience'
import { audienceReport, audienceSummary } from './audienceReports'
import type { ByteSales, Client } from './ByteSales'
import type { ClientAddress } from './clientAddress'
import { notFound } from './HttpError'
import { health } from './health'
import { heldSegments } from './heldSegments'
import * as hls from './hls'
import { keys } from './keys'
import type { LiveStreams } from './liveStreams'
import type { Metrics } from './metrics'
import { networkOf } from './networkOf'
import { isOperator } from './operatorToken'
import type { PieceProofs } from './PieceProofs'
import {
  afterOf,
  awaitedOf,
  dataHashOf,
  fromOf,
  heldOf,
  lengthOf,
  partOf,
  piecesOf,
  rangeOf,
  streamIdOf,
  waitMsOf,
} from './parameters'
import { payload } from './payload'
import { cheque, hello } from './payments'
import { recordingBytes, recordingTorrent } from './recording'
import { type PaymentsStatus, publicStatus, type Status, streamStatuses } from './Status'
import { segmentBytes } from './segmentBytes'
import { segmentPieces } from './segmentPieces'
import type { Found, Question } from './serve'
import { sold } from './sold'
import { type Polls, segmentList, streamRecord } from './streams'
import type { Vitals } from './vitals'

/** The objects, functions and settings from which the routes make their answers. */
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
  /** The pixels per second of the largest stream that would get a place now. `undefined` for a relay that does not transcode. */
  capacity?(): number
  /** Whether this relay has handed over the stream, and has no newer Assignment of it. Default: `false` for every stream. */
  isHandedOver?(streamId: StreamId.StreamId): boolean
  /** Sells the bytes of segments. Default, and for `undefined`: these bytes are free. */
  sales?(): ByteSales | undefined
  /** Sells the keys of paid streams. `undefined`: this relay is no key server. */
  keyDesk?: KeyDesk | undefined
  /** Limits how often each network can send a POST request (payments and keys). */
  posts: AddressLimit
  /** Limits how often the viewers of each network can report. */
  reports: AddressLimit
  audience: Audience
  live: LiveStreams
  polls: Polls
  proofs: PieceProofs
  recordings: Recordings
  clientAddress: ClientAddress
}

type Route = {
  /** The name of the route in the metrics. */
  name: string
  path: RegExp
  /** The answer has bytes of segments, which the relay may sell. */
  isSold?: true
  /** Takes only POST. */
  isPost?: true
  answer(context: Context, request: Question & { parts: readonly string[] }): Answer | Promise<Answer>
}

/** The public paths of a relay. These paths must not change, because players and other relays use them. */
const routes: readonly Route[] = [
  {
    name: 'healthz',
    path: /^\/healthz$/,
    answer: ({ problems = () => [], capacity }) => health(problems(), capacity?.()),
  },
  {
    name: 'status',
    path: /^\/status$/,
    async answer({ status, statusToken, catalogue }, { message }) {
      const whole = await status()
      const shown = isOperator(message, statusToken) ? whole : publicStatus(whole)
      return json(Json.stringify({ ...shown, streams: streamStatuses(catalogue) }))
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
    answer({ catalogue, payloads, polls, isHandedOver, clientAddress }, { parts, query, message, signal }) {
      const streamId = streamIdOf(parts[0])
      const held = query.get('held')
      if (held !== null)
        return heldSegments({ catalogue, payloads }, { streamId, from: fromOf(query), limit: heldOf(held) })
      return segmentList(
        { catalogue, polls, isHandedOver },
        {
          streamId,
          after: afterOf(query.get('after')),
          part: partOf(query.get('part')),
          waitMs: waitMsOf(query.get('waitMs')),
          address: clientAddress(message),
          signal,
        },
      )
    },
  },
  {
    name: 'segment-bytes',
    path: /^\/segments\/([^/]+)\/(\d{1,20})$/,
    isSold: true,
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
    isSold: true,
    answer({ payloads, metrics }, { parts, message }) {
      const dataHash = dataHashOf(parts[0])
      const answer = payload({ payloads, count: metrics.count }, { dataHash, request: message })
      // A verifier pays nothing. Without these bytes, it would report that the work is unavailable.
      return payloads.isFree(dataHash) ? { ...answer, isFree: true } : answer
    },
  },
  {
    name: 'recording',
    path: /^\/recordings\/([^/]+)\.torrent$/,
    answer: (context, { parts }) => recordingTorrent(context, streamIdOf(parts[0])),
  },
  {
    name: 'recording',
    path: /^\/recordings\/([^/]+)\.ts$/,
    isSold: true,
    answer: (context, { parts, message }) =>
      recordingBytes(context, { streamId: streamIdOf(parts[0]), request: message }),
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
    isSold: true,
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
    isSold: true,
    answer({ catalogue, payloads, metrics }, { parts, message }) {
      const place = { streamId: streamIdOf(parts[0]), level: parts[1] as string }
      const { dataHash } = hls.segment(catalogue, { ...place, sequenceNumber: BigInt(parts[2] as string) })
      return payload({ payloads, count: metrics.count }, { dataHash, request: message })
    },
  },
  {
    name: 'live',
    path: /^\/live$/,
    answer: ({ live, clientAddress }, { message }) => live.answer(networkOf(clientAddress(message))),
  },
  {
    name: 'audience',
    path: /^\/audience\/([^/]+)$/,
    answer: (context, { parts }) => audienceSummary(context, streamIdOf(parts[0])),
  },
  {
    name: 'audience-reports',
    path: /^\/audience\/([^/]+)\/reports$/,
    isPost: true,
    answer: (context, { parts, message }) =>
      audienceReport(context, {
        ...{ message, streamId: streamIdOf(parts[0]) },
        network: networkOf(context.clientAddress(message)),
      }),
  },
  {
    name: 'payers',
    path: /^\/payers$/,
    isPost: true,
    answer: (context, question) => hello(postsOf(context), question, clientOf(context, question)),
  },
  {
    name: 'cheques',
    path: /^\/cheques$/,
    isPost: true,
    answer: (context, question) => cheque(postsOf(context), question, clientOf(context, question)),
  },
  {
    name: 'keys',
    path: /^\/keys$/,
    isPost: true,
    answer: (context, question) => keys(context, question, clientOf(context, question)),
  },
]

/** Finds the route of a request. */
export function route(context: Context, question: Question): Found {
  for (const { name, path, isSold, answer } of routes) {
    const match = path.exec(question.path)
    if (!match) continue
    const parts = match.slice(1)
    if (!isSold) return { name, answer: () => answer(context, { ...question, parts }) }
    return {
      name,
      async answer() {
        const whole = await answer(context, { ...question, parts })
        return sold(context.sales?.(), { answer: whole, client: clientOf(context, question), question })
      },
    }
  }
  return {
    name: 'none',
    answer() {
      throw notFound('This address serves nothing.', 'Read /status, or play /hls/<streamId>/master.m3u8.')
    },
  }
}

export const takesPosts = (path: string): boolean => routes.some((route) => route.isPost && route.path.test(path))

const postsOf = ({ sales, posts }: Context) => ({ sales: sales?.(), limit: posts })

const clientOf = ({ clientAddress }: Context, { message, query }: Question): Client => ({
  token: query.get('payer') ?? undefined,
  network: networkOf(clientAddress(message)),
})
