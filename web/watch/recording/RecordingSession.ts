import { Segment, type StreamId, type typedData } from '@lp/contracts/protocol'
import {
  type Candidate,
  type Directory,
  fetchRecordings,
  iceServersOf,
  Layout,
  type Listing,
  type OfferedRecording,
  type Servers,
  trackersOf,
} from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Problem } from '../../ui/Problem'
import { problems } from '../hlsPlayer'
import { PayloadVerifier } from '../PayloadVerifier'
import { noPicture, observePicture, type Picture } from '../picture'
import { type Sharing, uploadBitrateOf } from '../SharingChoice'
import { RecordingPlayer } from './RecordingPlayer'
import { type Found, RecordingSearch } from './RecordingSearch'
import { assertRoomFor, NoRoomError, sweepStorage } from './storage'
import type { Traffic } from './TorrentFile'
import { Torrents } from './Torrents'

const log = logOf('watch')

export type RecordingSnapshot = Traffic & {
  /** `nobody`: no connected viewer or relay has the recording, and the page continues to look. */
  state: 'searching' | 'nobody' | 'found' | 'not-found' | 'failed'
  /** The reason for the state `failed`. */
  problem: Problem | undefined
  picture: Picture
  /** The part of the recording that this device has, from 0 to 1. */
  kept: number
  /** Number of refused torrents and segments, by the name of the error. */
  refused: Readonly<Record<string, number>>
}

export const initialSnapshot: RecordingSnapshot = {
  ...{ state: 'searching', problem: undefined, picture: noPicture, kept: 0, refused: {} },
  ...{ bytesFromPeers: 0, bytesFromRelays: 0, bytesToPeers: 0, peers: 0 },
}

export type RecordingOptions = {
  streamId: StreamId.StreamId
  domain: typedData.Domain
  directory: Directory
  /** Trackers and ICE servers, in addition to the trackers and STUN servers of the relays. */
  servers: Servers
  /** How this viewer shares the recording with other viewers. */
  sharing: Sharing
  video: HTMLVideoElement
  /** The position at which the player starts, in seconds. Default 0. */
  startS?: number
}

const nobodyAfterMs = 15_000
/**
 * The page waits for the answers of the relays at most for this time before it asks viewers. A relay that is switched off may never answer.
 */
const relaysFirstMs = 2_000

/**
 * The recording of a stream on one video element. While the session is open, the page fetches the whole recording, and gives it to other
 * viewers. If this viewer does not upload, or does not connect to other viewers, the page fetches only the bytes that the player reads.
 */
export class RecordingSession {
  readonly #options: RecordingOptions
  readonly #verifier = new PayloadVerifier()
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  #listing: Listing | undefined
  #torrents: Torrents | undefined
  #search: RecordingSearch | undefined
  #player: RecordingPlayer | undefined
  /** The position at which the next player starts, in seconds. */
  #positionS: number
  #snapshot = initialSnapshot

  constructor(options: RecordingOptions) {
    this.#options = options
    this.#positionS = options.startS ?? 0
    const { signal } = this.#closing
    observePicture(options.video, { signal, onChange: (picture) => this.#change({ picture }) })
    const giveUp = setTimeout(() => {
      if (this.#snapshot.state === 'searching') this.#change({ state: 'nobody' })
    }, nobodyAfterMs)
    signal.addEventListener('abort', () => clearTimeout(giveUp))
    this.#open().catch((error: Error) => this.#fail(error))
  }

  close(): void {
    this.#closing.abort()
    this.#listeners.clear()
    this.#player?.close()
    this.#search?.close()
    this.#torrents?.close()
    this.#verifier.close()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): RecordingSnapshot => this.#snapshot

  async #open(): Promise<void> {
    const { streamId, domain, directory, servers, sharing } = this.#options
    const { signal } = this.#closing
    const listing = await directory.find(streamId).catch((cause: unknown) => {
      throw new NoChainError({ cause })
    })
    signal.throwIfAborted()
    if (!listing) return this.#change({ state: 'not-found' })
    this.#listing = listing
    await sweepStorage().catch((error) => log.debug('an earlier recording stays on the device', () => ({ error })))
    const [offers, answered]: [OfferedRecording[], Candidate[]] = [[], []]
    const asking = this.#askRelays({
      onAnswer: (candidate) => answered.push(candidate),
      onFound: (offered) => (this.#search ? this.#search.offer(offered) : offers.push(offered)),
    })
    await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, relaysFirstMs))])
    signal.throwIfAborted()
    const torrents = await Torrents.open({
      ...{ streamId, trackers: sharing.connects ? trackersOf(listing.candidates, servers) : [] },
      // WebTorrent waits five seconds for each STUN server that does not answer. The STUN server of a relay stops when the HTTP server of
      // the relay stops, so the page uses only the STUN servers of relays that have answered.
      iceServers: iceServersOf(answered, servers),
      uploadBitrate: uploadBitrateOf(sharing),
      onNamed: (infoHash) => this.#search?.propose(infoHash),
    })
    if (signal.aborted) return torrents.close()
    this.#torrents = torrents
    this.#search = new RecordingSearch({
      ...{ streamId, domain, torrents },
      refuse: (error) => this.#refuse(error),
      onFound: (found) => this.#play(found).catch((error: Error) => this.#fail(error)),
    })
    for (const offered of offers) await this.#search.offer(offered)
  }

  /** Resolves when all relays have answered or failed, or when the session is closed. */
  async #askRelays(
    on: Pick<Parameters<typeof fetchRecordings>[0], 'onAnswer' | 'onFound'> = {
      onFound: (offered) => this.#search?.offer(offered),
    },
  ): Promise<void> {
    const { streamId, domain } = this.#options
    const { signal } = this.#closing
    const candidates = this.#listing?.candidates ?? []
    await fetchRecordings({
      ...{ ...on, streamId, candidates, domain, signal },
      refuse: (error) => this.#refuse(error),
    }).catch((error: unknown) => log.debug('the page stopped asking the relays', () => ({ error })))
  }

  async #play(found: Found): Promise<void> {
    const { recording, file, infoHash } = found
    const { domain, video } = this.#options
    const layout = Layout.create(recording)
    await assertRoomFor(Layout.byteLength(layout))
    if (this.#closing.signal.aborted) return
    for (const event of ['download', 'upload', 'done'] as const)
      file.on(event, () => this.#change({ ...file.traffic, kept: file.progress }))
    if (this.#options.sharing.connects && this.#options.sharing.uploads) {
      file.fetchAll()
      this.#torrents?.tell(infoHash)
    }
    this.#change({ state: 'found' })
    this.#player = new RecordingPlayer({
      ...{ video, recording, startS: this.#positionS },
      onProblem: (problem) => this.#change({ state: 'failed', problem }),
      read: async (index, signal) => {
        const segment = recording.segments[index] as Segment.Segment
        const data = await file.read(Layout.rangeOf(layout, index), signal).catch((error: Error) => {
          if (!signal.aborted) this.#fail(error)
          throw error
        })
        try {
          await Segment.verify(segment, domain)
          await this.#verifier.verify(segment, data)
        } catch (error) {
          this.#searchAgain(found, error)
          throw error
        }
        return data
      },
    })
  }

  /** Continues at the same position with another recording, because the present recording has a wrong segment. */
  #searchAgain(found: Found, error: unknown): void {
    if (this.#closing.signal.aborted) return
    this.#refuse(error)
    this.#positionS = this.#options.video.currentTime
    this.#player?.close()
    this.#change({ state: 'searching' })
    this.#search?.refuse(found)
    void this.#askRelays()
  }

  #refuse(error: unknown): void {
    log.debug('refused', () => ({ error }))
    const name = error instanceof Error ? error.name : 'Error'
    const { refused } = this.#snapshot
    this.#change({ refused: { ...refused, [name]: (refused[name] ?? 0) + 1 } })
  }

  #fail(error: Error): void {
    if (this.#closing.signal.aborted) return
    log.fault(error)
    const isKnown = error instanceof NoRoomError || error instanceof NoChainError
    this.#change({ state: 'failed', problem: isKnown ? error.problem : problems.unfetched })
  }

  #change(change: Partial<RecordingSnapshot>): void {
    if (this.#closing.signal.aborted) return
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}

class NoChainError extends Error {
  override readonly name = 'RecordingSession.NoChainError'
  readonly problem: Problem = {
    sentence: 'The chain does not answer, so the recording cannot be found.',
    nextStep: 'Check your connection and try again.',
  }
  constructor(options: ErrorOptions) {
    super('The chain does not answer.', options)
  }
}
