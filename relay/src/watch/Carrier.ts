import { Segment } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Servers } from '../chain/Servers'
import * as Relay from '../client/Relay'
import type { Mesh } from '../mesh/Mesh'
import type { FollowedLevel, Sharing } from '../mesh/pieces/Sharing'
import type { Transport } from '../mesh/Transport'
import type { StreamRecord } from '../records/StreamRecord'
import type { Feed } from './Feed'
import { Follower, type Parameters as FollowerParameters } from './Follower'
import { joinViewers, type SharingOptions } from './joinViewers'
import { MeshPieces } from './MeshPieces'
import { bitrateOf } from './Payloads'
import { RecordExchange } from './RecordExchange'
import type { StreamState } from './streamState'

export type CarrierOptions = Omit<FollowerParameters, 'fetch' | 'onChange' | 'onHeader'> &
  Pick<SharingOptions, 'payments' | 'isRelay' | 'signAsRelay'> & {
    transport: Transport
    /** Trackers, in addition to the trackers of the candidates. Default: none. */
    servers?: Servers | undefined
    fetch?: typeof fetch
    /**
     * Whether the carrier gets pieces only from members of the mesh, and immediately. A relay that carries a stream pays these members.
     * Default: the carrier waits for pieces for a short time (`spareMs`), and then gets over HTTP the pieces that no member holds.
     */
    isMeshOnly?: boolean | undefined
    /** Called with the first record of the stream, and with each newer record: after a handover, new renditions, or the stream's end. */
    onRecord?(record: StreamRecord): void
    /** A segment of a carried level is complete. Its header and its bytes were checked. */
    onSegment?(segment: Segment.Segment, data: Uint8Array): void
    /** The carried levels or the traffic have changed. */
    onChange?(): void
  }

/** The carrier wants new bytes within this time after it learns of them. Viewers play about this far behind live. */
const spareMs = 1_500
/**
 * The carrier does not fetch a segment if the number of the newest segment is larger by more than this. A member that needs such an old
 * segment can get it from neighbours that played it.
 */
const maxBehind = 3n
/** The largest number of capture times that we remember for a level. The segments that the carrier fetches have fewer capture times. */
const maxTimes = 256

/**
 * Carries a stream without playing it: follows the source and all renditions as a member of the viewers' mesh, and passes them on. The
 * carrier gets headers and pieces from other members, such as the transcoder or another carrier, and over HTTP. It takes only a record that
 * belongs to the job on chain, and passes on only headers and pieces that it has checked.
 */
export class Carrier {
  readonly #options: CarrierOptions
  readonly #follower: Follower
  readonly #pieces: MeshPieces
  #mesh: Mesh | undefined
  #records: RecordExchange | undefined
  #feed: Feed | undefined
  #record: StreamRecord | undefined

  constructor(options: CarrierOptions) {
    const { fetch = globalThis.fetch.bind(globalThis) } = options
    this.#options = options
    this.#follower = new Follower({
      ...{ ...options, fetch, onChange: () => this.#change() },
      onHeader: (header) => this.#mesh?.pieces?.know(header),
    })
    this.#pieces = new MeshPieces({
      relays: () => this.#relays(fetch),
      bitrateOf: (streamId) => bitrateOf(this.#follower.newest.feed, streamId),
      onAnswer: () => undefined,
    })
  }

  /** The StreamIds that the carrier follows: the source, then its renditions. Empty until the record of the stream is known. */
  get levels(): Hex[] {
    return this.#feed?.levels.map(({ streamId }) => streamId) ?? []
  }

  get state(): StreamState {
    return this.#follower.state
  }

  /** As in `Mesh`. `undefined` until the chain has named the candidates. */
  get stats(): Mesh['stats'] | undefined {
    return this.#mesh?.stats
  }

  close(): void {
    this.#follower.close()
    this.#mesh?.leave()
  }

  #change(): void {
    const { feed, listings } = this.#follower.newest
    if (!this.#mesh && listings.candidates.length > 0) this.#join()
    this.#records?.tell()
    const { record } = this.#follower.newest
    if (record && record !== this.#record) {
      this.#record = record
      this.#options.onRecord?.(record)
    }
    const sharing = this.#mesh?.pieces
    if (sharing && feed && feed !== this.#feed) {
      this.#feed = feed
      sharing.follow(this.levels.map((streamId) => this.#followed(sharing, streamId)))
    }
    this.#options.onChange?.()
  }

  #join(): void {
    const { streamId, domain, transport, servers, refuse, payments, isRelay, signAsRelay } = this.#options
    const relay = this.#options.isMeshOnly ? undefined : this.#pieces
    const { candidates } = this.#follower.newest.listings
    const verifyPayload = Segment.verifyPayload
    this.#mesh = joinViewers({
      ...{ streamId, domain, transport, servers, candidates, verifyPayload, relay, refuse },
      ...{ payments, signAsRelay, ...(isRelay && { isRelay }) },
      onChange: () => this.#options.onChange?.(),
    })
    const sharing = this.#mesh.pieces as Sharing
    sharing.on('header', (header) => this.#follower.learn(header))
    sharing.on('grown', (growing) => {
      const data = growing.isComplete ? growing.read(0, growing.knownLength) : undefined
      if (growing.segment && data) this.#options.onSegment?.(growing.segment, data)
    })
    this.#records = new RecordExchange(sharing, this.#follower, refuse)
  }

  #followed(sharing: Sharing, streamId: Hex): FollowedLevel {
    const bitrate = bitrateOf(this.#feed, streamId)
    const { isMeshOnly } = this.#options
    /** For each capture time: when the mesh first asked for its deadline. */
    const seenMs = new Map<number, number>()
    return {
      ...{ streamId, bitrate },
      deadlineMs({ sequenceNumber, atMs }) {
        const newest = sharing.segments(streamId).at(-1)?.place.sequenceNumber ?? 0n
        if (sequenceNumber + maxBehind < newest) return undefined
        const sinceMs = seenMs.get(atMs) ?? performance.now()
        seenMs.set(atMs, sinceMs)
        for (const oldest of seenMs.keys()) if (seenMs.size > maxTimes) seenMs.delete(oldest)
        return isMeshOnly ? sinceMs : sinceMs + spareMs
      },
    }
  }

  *#relays(fetch: typeof globalThis.fetch): Generator<Relay.Relay> {
    const { feed, listings } = this.#follower.newest
    if (feed) yield feed.relay
    for (const { serviceUri } of listings.candidates) {
      const relay = Relay.at(serviceUri, fetch)
      if (relay && relay.uri !== feed?.relay.uri) yield relay
    }
  }
}
