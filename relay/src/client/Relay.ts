import { PieceTree, ProtocolError, Segment, ServiceUri, type StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Evidence } from '../records/Evidence'
import * as json from '../records/json'
import type { LiveList } from '../records/LiveList'
import type { SegmentList } from '../records/SegmentList'
import type { StreamRecord } from '../records/StreamRecord'
import { type Body, type Progress, read, StatusError } from './read'

/**
 * A `fetch` that may pay relays. It pays only for correct bytes, so `checked` tells the `fetch` how many bytes of a relay were correct.
 * `uri`: the service URI of the relay.
 */
export type Fetch = typeof fetch & { checked?(uri: string, byteLength: number): void }

/** A relay's HTTP interface. These functions check only the form of an answer. The caller checks signatures and hashes. */
export type Relay = {
  /** The service URI, without a slash at the end. */
  uri: string
  fetch: Fetch
}

/** Every honest answer in JSON is shorter than this. */
const maxJsonBytes = 1024 * 1024
const jsonTimeoutMs = 5_000
/** In the mesh, no answer of a key server is longer than this. */
const maxKeyBytes = 4 * 1024
/** WebTorrent does not send larger torrents between viewers. */
const maxTorrentBytes = 10_000_000

/** The relay with this registered service URI. `undefined`: a browser cannot send requests to this URI. */
export function at(serviceUri: string | undefined, fetch: Fetch): Relay | undefined {
  const uri = serviceUri === undefined ? undefined : ServiceUri.fromText(serviceUri)
  return uri === undefined ? undefined : { uri, fetch }
}

/** Tells `fetch` that `byteLength` bytes of `payload`, `segmentBytes` or `pieces` match a signed header. */
export const checked = ({ uri, fetch }: Relay, byteLength: number): void => fetch.checked?.(uri, byteLength)

/** Returns `undefined` when the relay does not have the stream. Throws the errors of `read`, and `json.MalformedError`. */
export async function record(
  relay: Relay,
  { streamId, signal }: { streamId: StreamId.StreamId; signal: AbortSignal },
): Promise<StreamRecord | undefined> {
  const text = await readText(relay, { path: `/streams/${streamId}`, signal, timeoutMs: jsonTimeoutMs })
  return text === undefined ? undefined : json.decodeRecord(json.parse(text))
}

/**
 * Returns the segment headers after sequence number `after`; if `after` is `undefined`, the newest headers. With `part`, also returns the
 * parts of the open segment that come after this part; with `'none'`, all its parts. If the relay has nothing new, it waits up to `waitMs`,
 * or answers earlier if too many requests wait. Returns `undefined` if the relay does not have the stream.
 */
export async function segments(
  relay: Relay,
  request: {
    streamId: StreamId.StreamId
    after: bigint | undefined
    part?: { sequenceNumber: bigint; index: number } | 'none' | undefined
    waitMs: number
    signal: AbortSignal
  },
): Promise<SegmentList | undefined> {
  try {
    return await askSegments(relay, request)
  } catch (error) {
    // Too many requests from our IP address wait at the relay, or at a proxy before the relay.
    if (request.waitMs === 0 || !(error instanceof StatusError && error.status === 429)) throw error
    return askSegments(relay, { ...request, waitMs: 0 })
  }
}

async function askSegments(
  relay: Relay,
  { streamId, after, part, waitMs, signal }: Parameters<typeof segments>[1],
): Promise<SegmentList | undefined> {
  const query = new URLSearchParams({
    ...(after !== undefined && { after: `${after}` }),
    ...(part && { part: part === 'none' ? part : `${part.sequenceNumber}.${part.index}` }),
    waitMs: `${waitMs}`,
  })
  return segmentList(relay, { streamId, query, signal, timeoutMs: waitMs + jsonTimeoutMs })
}

/**
 * Returns at most `limit` past segments whose payloads the relay still holds, oldest first: after segment `after`, or from the segment on
 * that was captured at `sinceMs`. `undefined`: the relay does not have the stream, or its broadcaster refuses recordings.
 */
export const heldSegments = (
  relay: Relay,
  request: {
    streamId: StreamId.StreamId
    from: { after: bigint } | { sinceMs: number }
    limit: number
    signal: AbortSignal
  },
): Promise<SegmentList | undefined> => {
  const { streamId, from, limit, signal } = request
  const query = new URLSearchParams({
    held: `${limit}`,
    ...('after' in from ? { after: `${from.after}` } : { since: `${Math.max(0, Math.round(from.sinceMs))}` }),
  })
  return segmentList(relay, { streamId, query, signal, timeoutMs: jsonTimeoutMs })
}

async function segmentList(
  relay: Relay,
  request: { streamId: StreamId.StreamId; query: URLSearchParams; signal: AbortSignal; timeoutMs: number },
): Promise<SegmentList | undefined> {
  const { streamId, query, ...wait } = request
  const text = await readText(relay, { path: `/segments/${streamId}?${query}`, ...wait })
  if (text === undefined) return undefined
  const list = json.decodeSegmentList(json.parse(text))
  if (list.streamId !== streamId) throw new ForeignError({ asked: streamId, answered: list.streamId })
  return list
}

/** The relay's `DirectAddress` as text, unchecked. `undefined`: the relay accepts no connections without a tracker. */
export async function direct(relay: Relay, signal: AbortSignal): Promise<string | undefined> {
  const text = await readText(relay, { path: '/status', signal, timeoutMs: jsonTimeoutMs })
  const status = text === undefined ? undefined : json.parse(text)
  const value = typeof status === 'object' && status !== null && 'direct' in status ? status.direct : undefined
  return typeof value === 'string' ? value : undefined
}

/** The streams that the relay shows to everybody, unchecked. `undefined`: the relay is older. */
export async function live(relay: Relay, signal: AbortSignal): Promise<LiveList | undefined> {
  const text = await readText(relay, { path: '/live', signal, timeoutMs: jsonTimeoutMs })
  return text === undefined ? undefined : json.decodeLiveList(json.parse(text))
}

/** The relay's evidence of its work on a source segment. `undefined`: the relay has none. */
export async function evidence(
  relay: Relay,
  request: { streamId: StreamId.StreamId; sequenceNumber: bigint; signal: AbortSignal },
): Promise<Evidence | undefined> {
  const { streamId, sequenceNumber, signal } = request
  const path = `/receipts/${streamId}/${sequenceNumber}`
  const text = await readText(relay, { path, signal, timeoutMs: jsonTimeoutMs })
  return text === undefined ? undefined : json.decodeEvidence(json.parse(text))
}

/**
 * The torrent file of the recording of a stream, unchecked. `undefined`: the relay has no recording. The first request may take some
 * seconds, because the relay then reads the whole stream. Throws the errors of `read`.
 */
export async function recording(
  relay: Relay,
  { streamId, signal }: { streamId: StreamId.StreamId; signal: AbortSignal },
): Promise<Uint8Array | undefined> {
  const path = `/recordings/${streamId}.torrent`
  return (await read(relay, { path, maxBytes: maxTorrentBytes, timeoutMs: 30_000, signal }))?.data
}

/** The URL of the recording's file, which BitTorrent clients use as a web seed. */
export const recordingUrl = ({ uri }: Relay, streamId: StreamId.StreamId): string => `${uri}/recordings/${streamId}.ts`

/**
 * The answer of a key server to a question about the keys of a paid stream, unchecked. `undefined`: the relay is no key server. Throws the
 * errors of `read`.
 */
export async function keys(
  relay: Relay,
  { content, signal }: { content: Uint8Array; signal: AbortSignal },
): Promise<Uint8Array | undefined> {
  const request = { path: '/keys', body: content, maxBytes: maxKeyBytes, timeoutMs: jsonTimeoutMs, signal }
  return (await read(relay, request))?.data
}

/** The payload with this hash. Its bytes are not checked. `undefined`: the relay does not have the payload. */
export const payload = (
  relay: Relay,
  {
    dataHash,
    ...request
  }: { dataHash: Hex; signal: AbortSignal; onProgress?: ((progress: Progress) => void) | undefined },
): Promise<Body | undefined> =>
  read(relay, { ...request, path: `/payload/${dataHash}`, maxBytes: Segment.maxPayloadBytes, timeoutMs: 5_000 })

/**
 * Bytes of a published or open segment, from `start` to before `end`. The bytes are not checked. `undefined`: the relay does not have the
 * segment.
 */
export const segmentBytes = (
  relay: Relay,
  {
    streamId,
    sequenceNumber,
    start,
    end,
    ...request
  }: {
    streamId: StreamId.StreamId
    sequenceNumber: bigint
    start: number
    end: number
    signal: AbortSignal
    onProgress?: ((progress: Progress) => void) | undefined
  },
): Promise<Body | undefined> =>
  read(relay, {
    ...{ ...request, path: `/segments/${streamId}/${sequenceNumber}?bytes=${start}-${end - 1}` },
    ...{ maxBytes: end - start, timeoutMs: 5_000 },
  })

/**
 * Pieces of a segment's first `length` bytes, with their proofs. The pieces and proofs are not checked. `undefined`: the relay does not
 * have these pieces. Throws the errors of `read`, and `PiecesError`.
 */
export async function pieces(
  relay: Relay,
  request: {
    streamId: Hex
    sequenceNumber: bigint
    length: number
    pieces: readonly { index: number; offset: number }[]
    signal: AbortSignal
  },
): Promise<{ data: Uint8Array; path: Uint8Array }[] | undefined> {
  const { streamId, sequenceNumber, length, signal } = request
  const pathBytes = PieceTree.pathBytes(length)
  const sizes = request.pieces.map(({ index, offset }) => {
    const { start, end } = PieceTree.rangeOf(index, length)
    return Math.max(0, end - start - offset)
  })
  const maxBytes = sizes.reduce((sum, size) => sum + pathBytes + size, 0)
  const names = request.pieces.map(({ index, offset }) => (offset > 0 ? `${index}.${offset}` : `${index}`))
  const path = `/segments/${streamId}/${sequenceNumber}?of=${length}&pieces=${names.join()}`
  const body = await read(relay, { path, maxBytes, timeoutMs: 5_000, signal })
  if (!body) return undefined
  if (body.data.length !== maxBytes) throw new PiecesError({ expected: maxBytes, received: body.data.length })
  let at = 0
  return sizes.map((size) => {
    const start = at + pathBytes
    const piece = { path: body.data.subarray(at, start), data: body.data.subarray(start, start + size) }
    at = start + size
    return piece
  })
}

async function readText(relay: Relay, request: { path: string; signal: AbortSignal; timeoutMs: number }) {
  const body = await read(relay, { ...request, maxBytes: maxJsonBytes })
  return body && new TextDecoder().decode(body.data)
}

export class NoPiecesError extends ProtocolError {
  override readonly name = 'Relay.NoPiecesError'
  constructor({ streamId, sequenceNumber }: { streamId: Hex; sequenceNumber: bigint }) {
    super('No relay has these pieces of the segment.', {
      details: [`Stream: ${streamId}`, `Sequence number: ${sequenceNumber}`],
    })
  }
}

export class PiecesError extends ProtocolError {
  override readonly name = 'Relay.PiecesError'
  constructor({ expected, received }: { expected: number; received: number }) {
    super('The relay sent fewer bytes than the requested pieces have.', {
      details: [`Expected: ${expected} bytes`, `Received: ${received} bytes`],
    })
  }
}

export class ForeignError extends ProtocolError {
  override readonly name = 'Relay.ForeignError'
  constructor({ asked, answered }: { asked: Hex; answered: Hex }) {
    super('The relay answered for another stream.', { details: [`Requested: ${asked}`, `Received: ${answered}`] })
  }
}
