import { Segment } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import * as Relay from '../client/Relay'
import type { Body, Progress } from '../client/read'
import type { Mesh, MeshStats } from '../mesh/Mesh'
import type { Fetched } from '../mesh/SegmentFetch'
import type { Publication } from '../records/Publication'
import { askKeyServer } from './askKeyServer'
import type { Candidate } from './Directory'
import type { Feed } from './Feed'
import { Line } from './Line'
import { MeshPieces } from './MeshPieces'
import { Reading, type ReadingOptions } from './Reading'
import type { Entry } from './SegmentWindow'
import { MissingError } from './viewerErrors'

export type PayloadsOptions = {
  fetch: typeof fetch
  verifyPayload: typeof Segment.verifyPayload
  /** The feed that serves the stream now. */
  feed(): Feed | undefined
  candidates(): readonly Candidate[]
  onChange(): void
  refuse(error: unknown): void
  /** Whether the player needs only whole segments. */
  isPatient(): boolean
}

export type PayloadRequest = {
  signal: AbortSignal
  /**
   * Time until playback stops if this segment is missing. If this time is too short for a request to other viewers, we ask a relay.
   * Default 0.
   */
  spareMs?: number | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}

/** The bitrate that we assume for a source, because a job does not name the bitrate of its source. */
const assumedBitrate = 2_500_000

const noMesh: MeshStats = {
  ...{ bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 0 },
  ...{ peers: 0, roomSize: 1, neighbours: [] },
}

/** Gets payloads that match their signed headers: from other viewers if there is time, or from a relay. */
export class Payloads {
  readonly #options: PayloadsOptions
  /**
   * For each segment for which no relay had the right bytes: the last error, if it was `WrongPayloadError`. The relays are not asked for
   * such a segment again.
   */
  readonly #spoiled = new WeakMap<Entry, unknown>()
  /** Set while we exchange segments with other viewers. */
  #mesh: Mesh | undefined
  /** Gets pieces through the mesh, while we exchange segments with other viewers. */
  readonly pieces: MeshPieces
  #uploadLimit = Number.POSITIVE_INFINITY
  #bytesFromRelays = 0
  /** Bytes that were received and sent through meshes that we have left. */
  #before = { bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 0 }
  readonly #line = new Line()

  constructor(options: PayloadsOptions) {
    this.#options = options
    this.pieces = new MeshPieces({
      relays: () => this.#relays(undefined),
      bitrateOf: (streamId) => bitrateOf(options.feed(), streamId),
      onAnswer: (answer) => this.#line.note(answer),
      isPatient: options.isPatient,
    })
  }

  /** Bytes of received payloads that matched their headers, bytes sent to viewers, and the number of connected viewers. */
  get stats(): MeshStats {
    const { bytesFromPeers, bytesFromRelays, bytesToPeers, ...members } = this.#mesh?.stats ?? noMesh
    return {
      bytesFromPeers: this.#before.bytesFromPeers + bytesFromPeers,
      bytesFromRelays: this.#bytesFromRelays + this.#before.bytesFromRelays + bytesFromRelays,
      bytesToPeers: this.#before.bytesToPeers + bytesToPeers,
      ...members,
    }
  }

  /** From now on, payloads also come from other viewers. */
  share(mesh: Mesh): void {
    this.leave()
    this.#mesh = mesh
    mesh.limitUploads(this.#uploadLimit)
    if (mesh.pieces) this.pieces.connect(mesh.pieces, () => mesh.stats.neighbours.length > 0)
    this.#options.onChange()
  }

  /** See `Viewer.askKeyServer`. */
  askKeyServer(server: Address, question: { content: Uint8Array; signal: AbortSignal }): Promise<Uint8Array> {
    const { candidates, fetch } = this.#options
    return askKeyServer({ mesh: () => this.#mesh, candidates, fetch }, server, question)
  }

  /** Limits the uploads in this mesh and in later meshes, in bit/s. */
  limitUploads(bitsPerSecond: number): void {
    this.#uploadLimit = bitsPerSecond
    this.#mesh?.limitUploads(bitsPerSecond)
  }

  /** From now on, payloads come only from relays. */
  leave(): void {
    const mesh = this.#mesh
    if (!mesh) return
    const { bytesFromPeers, bytesFromRelays, bytesToPeers } = this.stats
    this.#before = { bytesFromPeers, bytesFromRelays: bytesFromRelays - this.#bytesFromRelays, bytesToPeers }
    this.#mesh = undefined
    this.pieces.disconnect()
    mesh.leave()
    this.#options.onChange()
  }

  /**
   * Gets a payload. Throws `MissingError`, or the error of the last relay: `Segment.WrongPayloadError`,
   * `Segment.PayloadTooLargeError`, `Relay.…Error`.
   */
  async get(entry: Entry, { signal, spareMs = 0, onProgress }: PayloadRequest): Promise<Body> {
    const { publication } = entry
    const fromRelays = (signal: AbortSignal) => this.fromRelays(entry, { signal, onProgress })
    if (!this.#mesh) return fromRelays(signal)
    if (spareMs === 0 && this.#mesh.stats.neighbours.length === 0) {
      // The picture waits for these bytes, and the mesh would have to get them from a relay. One request for a whole payload is faster.
      this.pieces.follow(publication.streamId)
      return fromRelays(signal)
    }
    const deadlineMs = performance.now() + spareMs
    const { from, payload } = await this.#share(this.#mesh, { publication, deadlineMs, signal, fromRelays })
    const { data, firstByteMs, endMs } = payload
    const bytes = { loadedBytes: data.length, totalBytes: data.length }
    if (from === 'gateway') return { ...payload, ...bytes }
    // We report the time that a relay would need, because the player must not choose a lower quality when only a peer's uplink is
    // slow.
    const relayMs = data.length / (this.#line.bytesPerMs ?? 0)
    const startMs = Math.max(payload.startMs, endMs - relayMs)
    return { data, ...bytes, startMs, firstByteMs: Math.max(firstByteMs, startMs), endMs }
  }

  /** Reads a segment that is not complete yet. */
  read(
    entry: Pick<Entry, 'feed'>,
    options: Pick<ReadingOptions, 'place' | 'spareMs' | 'signal' | 'look' | 'changed' | 'unseal'>,
  ): Reading {
    const { refuse, onChange } = this.#options
    return new Reading({
      ...options,
      ...{ pieces: this.pieces, line: this.#line, refuse },
      relays: () => this.#relays(entry),
      onBytes: (bytes) => {
        this.#bytesFromRelays += bytes
        onChange()
      },
    })
  }

  /** Viewers with an older page exchange whole segments. We take these segments only if no viewer exchanges pieces with us. */
  async #share(
    mesh: Mesh,
    request: {
      publication: Publication
      deadlineMs: number
      signal: AbortSignal
      fromRelays(signal: AbortSignal): Promise<Body>
    },
  ): Promise<Fetched> {
    const { publication, deadlineMs, signal, fromRelays } = request
    if (mesh.sharesWholeSegments) {
      const { byteLength } = publication
      return mesh.fetch({ segment: publication, byteLength, deadlineMs, fromGateway: fromRelays, signal })
    }
    const payload = await this.pieces.get(publication, { deadlineMs, signal })
    return payload ? { from: 'peer', payload } : { from: 'gateway', payload: await fromRelays(signal) }
  }

  /** As `get`, but asks only relays. */
  async fromRelays(entry: Entry, request: Omit<PayloadRequest, 'spareMs'>): Promise<Body> {
    const { publication } = entry
    const { signal, onProgress } = request
    const { verifyPayload, refuse, onChange } = this.#options
    if (this.#spoiled.has(entry)) throw this.#spoiled.get(entry)
    const { streamId: stream, sequenceNumber } = publication
    let failure: unknown = new MissingError({ stream, sequenceNumber })
    for (const relay of this.#relays(entry)) {
      try {
        const body = await Relay.payload(relay, { dataHash: publication.dataHash, signal, onProgress })
        if (!body) continue
        await verifyPayload(publication, body.data)
        Relay.checked(relay, body.loadedBytes)
        signal.throwIfAborted()
        this.#bytesFromRelays += body.loadedBytes
        this.#line.note({ ...body, bytes: body.loadedBytes })
        onChange()
        return body
      } catch (error) {
        signal.throwIfAborted()
        failure = error
        refuse(error)
        onChange()
      }
    }
    if (failure instanceof Segment.WrongPayloadError) this.#spoiled.set(entry, failure)
    throw failure
  }

  /**
   * The relays that may have a payload: first the relay that announced the segment, then the relay of the present feed, then the
   * relays of the candidates.
   */
  *#relays(entry: Pick<Entry, 'feed'> | undefined): Generator<Relay.Relay> {
    const { feed, candidates, fetch } = this.#options
    const asked = new Set<string>()
    const others = candidates().map(({ serviceUri }) => Relay.at(serviceUri, fetch))
    for (const relay of [entry?.feed.relay, feed()?.relay, ...others]) {
      if (!relay || asked.has(relay.uri)) continue
      asked.add(relay.uri)
      yield relay
    }
  }
}

/** The bitrate of a level, in bit/s. */
export const bitrateOf = (feed: Feed | undefined, streamId: Hex): number =>
  feed?.levels.find((level) => level.streamId === streamId)?.targetBitrate || assumedBitrate
