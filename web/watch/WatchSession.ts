import { type Directory, type Hints, type MeshPayments, type Sale, type Snapshot, sourceName, Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { UnloadedError } from '../payments/UnloadedError'
import type { ViewerPayments, ViewerPaymentsOptions } from '../payments/ViewerPayments'
import type { Problem } from '../ui/Problem'
import { AudienceReports } from './AudienceReports'
import { HlsPlayer } from './hlsPlayer'
import { PayloadVerifier } from './PayloadVerifier'
import { notPlaying, type Playing, type StreamPlayer } from './Playing'
import { OldestMoment } from './past/OldestMoment'
import { PastPlayer } from './past/PastPlayer'
import { type Timeline, targetOf } from './past/Timeline'
import { payingFetch } from './payingFetch'
import { type Sharing, uploadBitrateOf } from './SharingChoice'

const log = logOf('watch')

export type WatchSnapshot = {
  stream: Snapshot
  playing: Playing
  /** Undefined before a relay or the broadcaster has named a price. */
  payments: ViewerPayments | undefined
  /** The stream is paid, and this page does not buy its keys. */
  isLocked: boolean
  /** Why the page cannot pay, although a relay or the broadcaster asks for money. */
  paymentProblem?: Problem | undefined
  /** The number of viewers that the relay knows. Undefined while it has not answered. */
  viewers?: number | undefined
}

/** The figures of the traffic change with each piece. If nothing else changes, the page shows new figures at most once in this time. */
const figuresEveryMs = 1_000

export const initialSnapshot: WatchSnapshot = {
  stream: {
    ...{ state: 'connecting', error: undefined, levels: [], refused: {}, roomSize: 1 },
    ...{ bytesFromRelays: 0, bytesFromPeers: 0, bytesToPeers: 0, peers: 0, neighbours: [], isAlone: false },
  },
  playing: notPlaying,
  payments: undefined,
  isLocked: false,
}

/** What payments need. */
type Payer = Pick<ViewerPaymentsOptions, 'chainId' | 'client' | 'isRelay' | 'canPay'>

/** One stream on one video element, from the lookup of the stream to its end. */
export class WatchSession {
  readonly #verifier = new PayloadVerifier()
  readonly #viewer: Viewer
  readonly #video: HTMLVideoElement
  readonly #latencyS: number
  #player: StreamPlayer & Partial<Pick<HlsPlayer, 'goToLive' | 'unlock'>>
  readonly #oldest: OldestMoment
  #chosen = 'auto'
  #isSought = false
  /** Stalls of the players before the present player. */
  #stalls = 0
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  #connects = false
  #sale: Sale | undefined
  #joining: symbol | undefined
  readonly #payer: Payer | undefined
  #figuresTimer: ReturnType<typeof setTimeout> | undefined
  #snapshot: WatchSnapshot

  constructor({
    video,
    payer,
    latencyS = 0,
    ...stream
  }: Pick<ConstructorParameters<typeof Viewer>[0], 'streamId' | 'domain' | 'servers' | 'expectedUntilMs'> & {
    directory: Directory
    hints: Hints.Hints
    video: HTMLVideoElement
    /** Undefined: the viewer pays nobody. */
    payer?: Payer
    /** The time from camera to screen that the viewer wants, in seconds. Default: as short as possible. */
    latencyS?: number | undefined
  }) {
    this.#payer = payer
    const fetch = payingFetch({ payments: () => this.#snapshot.payments, open: () => this.#openPayments(0n) })
    const { verify: verifyPayload } = this.#verifier
    const keys = (sale: Sale) => this.#snapshot.payments?.keys(sale)
    this.#viewer = new Viewer({ ...stream, verifyPayload, keys, ...(payer && { isRelay: payer.isRelay, fetch }) })
    this.#snapshot = { ...initialSnapshot, stream: this.#viewer.getSnapshot() }
    this.#viewer.subscribe(() => this.#follow(this.#viewer.getSnapshot()))
    this.#video = video
    this.#latencyS = latencyS
    this.#player = this.#livePlayer()
    const { signal } = this.#closing
    this.#oldest = new OldestMoment(this.#viewer, { newestMs: () => this.#newestMs, signal })
    // The first picture is more urgent.
    video.addEventListener('playing', () => void this.#oldest.ask(), { once: true, signal })
    const reports = new AudienceReports({
      read: () => this.#figures,
      send: (report, signal) => this.#viewer.report(report, signal),
      onViewers: (viewers) => this.#change({ viewers }),
      signal,
    })
    video.addEventListener('playing', () => reports.start(), { once: true, signal })
    // `leave` sends a message. Without this message, the other viewers wait half a minute for this viewer.
    addEventListener('pagehide', () => this.#leave(), { signal })
    addEventListener('pageshow', ({ persisted }) => persisted && void this.#join(), { signal })
  }

  close(): void {
    this.#closing.abort()
    this.#joining = undefined
    this.#snapshot.payments?.close()
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
    this.#chosen = level
    this.#player.choose(level)
  }

  /**
   * Applies the viewer’s choice to this session. Until `share` is called, the viewer does not connect to other viewers. It does not wait for
   * the first picture, so that the segments after the first one can already come from other viewers.
   */
  share({ connects, ...sharing }: Sharing): void {
    this.#viewer.limitUploads(uploadBitrateOf({ connects, ...sharing }))
    if (connects === this.#connects) return
    this.#connects = connects
    if (!connects) this.#leave()
    else void this.#join()
  }

  /** Plays at the live edge. */
  goToLive(): void {
    if (this.#player.goToLive) this.#player.goToLive()
    else this.#replace(() => this.#livePlayer())
  }

  /** The part of the stream that the person can play. Undefined if it is not known, or if the person cannot seek back. */
  get timeline(): Timeline | undefined {
    const { ms: oldestMs } = this.#oldest
    // A live player that begins again shows the live edge.
    const shownMs = this.#player.timeMs ?? (this.#isSought ? this.#newestMs : undefined)
    const { isUnverified, isPast, timeShift } = this.#snapshot.playing
    if (oldestMs === undefined || shownMs === undefined || isUnverified) return undefined
    const isBehind = isPast || timeShift === 'behind' || this.#video.paused
    return { oldestMs, newestMs: this.#newestMs, shownMs, isBehind }
  }

  /** Plays from a capture time on. Does nothing if the person cannot seek back. */
  seek(timeMs: number): void {
    const target = this.timeline && targetOf(timeMs, this.timeline)
    if (target === undefined) return
    if (target === 'live') this.goToLive()
    else if (!this.#player.seek(target)) this.#playPast(target)
  }

  /** The segment on screen and its relay. If nothing plays, the newest segment and its relay. */
  segmentOnScreen() {
    const entries = this.#player.entries(this.#snapshot.playing.level ?? sourceName)
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

  /** The figures that this viewer reports. A person who has paused does not watch now. */
  get #figures() {
    const { playing, stream } = this.#snapshot
    const isOver = stream.state === 'ended' || stream.state === 'failed'
    return this.#video.paused || isOver ? undefined : { latencyMs: playing.latencyMs, stalls: playing.stalls }
  }

  /** The end of the newest segment. 0: no segment is known. */
  get #newestMs(): number {
    const ends = this.#viewer.getSnapshot().levels.map(({ name }) => {
      const newest = this.#viewer.entries(name).at(-1)?.publication
      return newest ? Number(newest.startTimeMs) + newest.durationMs : 0
    })
    return Math.max(0, ...ends)
  }

  #livePlayer(): HlsPlayer {
    const player = new HlsPlayer({
      ...{ viewer: this.#viewer, video: this.#video, latencyS: this.#latencyS },
      onChange: (playing) => this.#play(playing),
      onGone: (timeMs) => {
        if (!this.timeline) return false
        this.#playPast(timeMs)
        return true
      },
      isLocked: () => this.#isLocked(),
    })
    player.choose(this.#chosen)
    return player
  }

  #playPast(fromMs: number): void {
    this.#replace(
      () =>
        new PastPlayer({
          ...{ viewer: this.#viewer, video: this.#video, fromMs, chosen: this.#chosen },
          onChange: (playing) => this.#play(playing),
          onNothing: () => this.goToLive(),
          onLost: (timeMs) => this.#playPast(timeMs),
        }),
    )
  }

  #replace(create: () => StreamPlayer): void {
    this.#stalls = this.#snapshot.playing.stalls
    this.#isSought = true
    this.#player.close()
    this.#play(notPlaying)
    this.#player = create()
    void this.#oldest.ask()
  }

  #play(playing: Playing): void {
    this.#change({ playing: { ...playing, isSought: this.#isSought, stalls: this.#stalls + playing.stalls } })
  }

  /** Joins the mesh. If the viewer has joined before, it joins again, with the present way to pay. */
  async #join(): Promise<void> {
    if (!this.#connects || !('RTCPeerConnection' in globalThis)) return
    const joining = Symbol('joining')
    this.#joining = joining
    // If the viewer cannot join the mesh, all segments come from relays.
    try {
      const payments = this.#snapshot.payments?.mesh ?? (await this.#listen())
      if (this.#joining !== joining) return
      await this.#viewer.join(undefined, payments)
      log.debug('joined the mesh')
    } catch (error) {
      log.fault(error as Error)
    }
  }

  #leave(): void {
    this.#joining = undefined
    this.#viewer.leave()
  }

  /** Before a relay names a price, the viewer only listens for prices. */
  async #listen(): Promise<MeshPayments | undefined> {
    if (!this.#payer) return undefined
    // Without this code, the viewer notices a price only when a relay answers 402.
    const loaded = await import('../payments/hearPrice').catch((error: Error) => log.fault(error))
    return loaded?.hearPrice((weiPerByte) => void this.#openPayments(weiPerByte))
  }

  /** A relay has named a price; 0: in an answer 402, which the payments read. Resolves to `undefined` if the payments cannot be loaded. */
  async #openPayments(weiPerByte: bigint): Promise<ViewerPayments | undefined> {
    try {
      const { ViewerPayments } = await import('../payments/ViewerPayments')
      if (!this.#payer || this.#closing.signal.aborted) return undefined
      if (!this.#snapshot.payments) {
        const readTotals = () => this.#viewer.getSnapshot()
        const isWaiting = () => !this.#snapshot.playing.hasStarted || this.#snapshot.playing.isWaiting
        const onRejoin = () => void this.#join()
        const payments = new ViewerPayments({
          ...{ ...this.#payer, weiPerByte, readTotals, isWaiting, onRejoin },
          ask: (server, question) => this.#viewer.askKeyServer(server, question),
          onKeys: () => this.#unlock(),
        })
        this.#change({ payments, paymentProblem: undefined })
      }
      return this.#snapshot.payments
    } catch (cause) {
      log.fault(cause as Error)
      this.#change({ paymentProblem: new UnloadedError({ cause }).problem })
      return undefined
    }
  }

  #isLocked(): boolean {
    return this.#viewer.getSnapshot().sale !== undefined && !this.#snapshot.payments?.canBuy
  }

  #unlock(): void {
    this.#change({ isLocked: this.#isLocked() })
    this.#player.unlock?.()
  }

  /** The stream is paid: loads the payments, which show the offer. */
  async #offer(sale: Sale): Promise<void> {
    const payments = this.#snapshot.payments ?? (await this.#openPayments(0n))
    payments?.offer(sale)
    this.#unlock()
  }

  #follow(stream: Snapshot): void {
    if (stream.sale && stream.sale !== this.#sale) {
      this.#sale = stream.sale
      void this.#offer(stream.sale)
    }
    const { state, error, refused, levels } = stream
    const shown = this.#snapshot.stream
    if (state !== shown.state) log.debug(state, () => ({ error, refused, levels: levels.map(({ name }) => name) }))
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
