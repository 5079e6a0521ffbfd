import { type Directory, type Hints, type Snapshot, sourceName, Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { HlsPlayer, notPlaying, type Playing } from './hlsPlayer'
import { PayloadVerifier } from './PayloadVerifier'
import { type Sharing, uploadBitrateOf } from './SharingChoice'

const log = logOf('watch')

export type WatchSnapshot = { stream: Snapshot; playing: Playing }

/** The figures of the traffic change with each piece. If nothing else changes, the page shows new figures at most once in this time. */
const figuresEveryMs = 1_000

export const initialSnapshot: WatchSnapshot = {
  stream: {
    ...{ state: 'connecting', error: undefined, levels: [], refused: {} },
    ...{ bytesFromRelays: 0, bytesFromPeers: 0, bytesToPeers: 0, peers: 0, neighbours: [], isAlone: false },
  },
  playing: notPlaying,
}

/** One stream on one video element, from the lookup of the stream to its end. */
export class WatchSession {
  readonly #verifier = new PayloadVerifier()
  readonly #viewer: Viewer
  readonly #player: HlsPlayer
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  #connects = false
  #mayJoin = false
  #figuresTimer: ReturnType<typeof setTimeout> | undefined
  #snapshot: WatchSnapshot

  constructor({
    video,
    ...stream
  }: Pick<ConstructorParameters<typeof Viewer>[0], 'streamId' | 'domain' | 'servers'> & {
    directory: Directory
    hints: Hints.Hints
    video: HTMLVideoElement
  }) {
    this.#viewer = new Viewer({ ...stream, verifyPayload: this.#verifier.verify })
    this.#snapshot = { stream: this.#viewer.getSnapshot(), playing: notPlaying }
    this.#viewer.subscribe(() => this.#follow(this.#viewer.getSnapshot()))
    this.#player = new HlsPlayer({ viewer: this.#viewer, video, onChange: (playing) => this.#change({ playing }) })
    const { signal } = this.#closing
    // The viewer joins the mesh after the first picture, because an earlier join would delay the first picture. If no relay answers
    // (`isAlone`), the viewer joins immediately, because the picture can come only from the mesh.
    video.addEventListener('playing', () => this.#allowJoin(), { once: true, signal })
    // `leave` sends a message. Without this message, the other viewers wait half a minute for this viewer.
    addEventListener('pagehide', () => this.#viewer.leave(), { signal })
    addEventListener('pageshow', ({ persisted }) => persisted && this.#join(), { signal })
  }

  close(): void {
    this.#closing.abort()
    clearTimeout(this.#figuresTimer)
    this.#listeners.clear()
    this.#player.close()
    this.#viewer.close()
    this.#verifier.close()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): WatchSnapshot => this.#snapshot

  choose(level: string): void {
    this.#player.choose(level)
  }

  /** Applies the viewer’s choice to this session. Until `share` is called, the viewer does not connect to other viewers. */
  share({ connects, ...sharing }: Sharing): void {
    this.#viewer.limitUploads(uploadBitrateOf({ connects, ...sharing }))
    if (connects === this.#connects) return
    this.#connects = connects
    if (!connects) this.#viewer.leave()
    else if (this.#mayJoin) this.#join()
  }

  goToLive(): void {
    this.#player.goToLive()
  }

  /** The segment on screen and its relay. If nothing plays, the newest segment and its relay. */
  segmentOnScreen() {
    const entries = this.#viewer.entries(this.#snapshot.playing.level ?? sourceName)
    const timeMs = this.#player.timeMs ?? Number.POSITIVE_INFINITY
    const at = entries.findLastIndex(({ publication }) => Number(publication.startTimeMs) <= timeMs)
    const entry = entries.at(at)
    if (!entry) return undefined
    const { streamId, sequenceNumber, startTimeMs, dataHash } = entry.publication
    const before = at < 0 ? entries.at(-2) : entries[at - 1]
    const previous = before?.publication.streamId === streamId ? before.publication.sequenceNumber : undefined
    const played = { streamId, dataHash, previous }
    return { sequenceNumber, played, startTimeMs: Number(startTimeMs), relay: entry.feed.relay }
  }

  #allowJoin(): void {
    if (this.#mayJoin) return
    this.#mayJoin = true
    this.#join()
  }

  #join(): void {
    if (!this.#connects || !('RTCPeerConnection' in globalThis)) return
    // If the viewer cannot join the mesh, all segments come from relays.
    this.#viewer.join().then(
      () => log.debug('joined the mesh'),
      (error: Error) => log.fault(error),
    )
  }

  #follow(stream: Snapshot): void {
    const { state, error, refused, levels } = stream
    const shown = this.#snapshot.stream
    if (state !== shown.state) log.debug(state, () => ({ error, refused, levels: levels.map(({ name }) => name) }))
    if (stream.isAlone) this.#allowJoin()
    if (state !== shown.state || error !== shown.error || levels !== shown.levels) this.#change({ stream })
    else
      this.#figuresTimer ??= setTimeout(() => {
        this.#figuresTimer = undefined
        this.#change({ stream: this.#viewer.getSnapshot() })
      }, figuresEveryMs)
  }

  #change(change: Partial<WatchSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
