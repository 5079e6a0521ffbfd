import { StreamCover } from '@lp/contracts/protocol'
import { createPublisher, createTransport, type Publishing, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Address, isAddressEqual, type PublicClient, zeroAddress } from 'viem'
import type { Transact } from '../act/useTransact'
import type { Problem } from '../ui/Problem'
import type { BroadcastState, StartingStep } from './BroadcastState'
import { type Capture, type CaptureEvent, startCapture } from './capture/capture'
import { type Funds, lastingOf } from './Funds'
import { followFunds } from './followFunds'
import { followJob } from './followJob'
import { addBroadcast, readHistory, updateBroadcast } from './history'
import { LiveFigures } from './LiveFigures'
import { MediaTime } from './MediaTime'
import { makeShareLink } from './makeShareLink'
import type { Offer } from './offer'
import type { PostedJob } from './postJob'
import type { BroadcastPreset } from './presets'
import type { BroadcastRecord, Facts } from './resume/BroadcastRecord'
import { type BroadcastStore, openStore } from './resume/BroadcastStore'
import { keep, readAgain } from './resume/keep'
import { AwayError, LiveElsewhereError, stillInterrupted, UnstoredError } from './resume/resumeProblems'
import { acknowledgedOf, type StoredBroadcast } from './resume/StoredBroadcast'
import { admitTab, showJob } from './resume/tabLocks'
import { takeUp } from './resume/takeUp'
import type { SourceChoice } from './Source'
import { HealthWatch } from './StreamHealth'
import type { StreamSale } from './StreamSale'
import { startJob } from './startJob'
import { assertReachable, cancelled, problemFor, UnansweredError } from './startProblems'
import { depositUsedUp, isOverdue, jobMissing, troubleOf } from './trouble'
import { untilAssigned } from './untilAssigned'

const log = logOf('broadcast')

export type SessionOptions = {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  stream: MediaStream
  preset: Pick<BroadcastPreset, 'options' | 'videoBitrate'>
  offer: Pick<Offer, 'pricePerUnit' | 'perHourWei' | 'depositWei' | 'inputFinePercent' | 'relays'>
  /** STUN and TURN servers. */
  iceServers: readonly RTCIceServer[]
  /** Whether viewers and relays may keep a recording. */
  mayRecord: boolean
  /** The title and the poster of a new broadcast. Default: it has none. */
  cover?: Pick<StreamCover.Header, 'title' | 'poster'> | undefined
  /** Gets the bytes of all segments. Default: the page keeps no recording. */
  recording?: { write(data: Uint8Array): void; close(): void } | undefined
  /** The broadcast that goes on after a reload of the page. Undefined: the session posts the job of a new broadcast. */
  stored?: StoredBroadcast | undefined
  /** `undefined`: this browser stores nothing. Default: `openStore()`. */
  store?: BroadcastStore | undefined
  /** The camera or screen in use. After a reload, the page opens the same. */
  sourceChoice(): SourceChoice
  /** What viewers pay for a minute, in wei. 0: the stream is free. A paid stream is not stored, so a reload of the page ends it. */
  weiPerMinute: bigint
  /**
   * Called when the page does not need the camera and the microphone any more: after `stop`, and if the stream fails or is cancelled after
   * its capture has begun.
   */
  onCaptured(): void
  /**
   * The time that the page waits for an answer from the drawn transcoders, in milliseconds.
   * @defaultValue 40000
   */
  connectTimeoutMs?: number
}

const figuresIntervalMs = 1_000

/**
 * One broadcast, from the click on Go live until the end of the stream has been sent. A stored broadcast goes on after a reload of the page
 * (decision 054). Observable: `subscribe` and `getState`.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #store: BroadcastStore | undefined
  #state: BroadcastState
  #live: LiveFigures | undefined
  #posted: PostedJob | undefined
  /** The broadcast as it was stored before the reload. Undefined: the broadcast is new. */
  #stored: StoredBroadcast | undefined
  #record: BroadcastRecord | undefined
  #publishing: Publishing | undefined
  #sale: StreamSale | undefined
  #capture: Capture | undefined
  /** The capture starts now. */
  #isCapturing = false
  #mediaTime: MediaTime | undefined
  #isJobMissing = false
  #funds: Funds | undefined
  readonly #health = new HealthWatch()
  /** The picture or the sound of the captured stream has ended. */
  #loss: Problem | undefined
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    const store = 'store' in options ? options.store : openStore()
    this.#store = options.weiPerMinute > 0n ? undefined : store
    this.#state = this.#starting(options.stored ? 'transcoder' : 'reach')
    void this.#start().catch((error) => this.#fail(error))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getState = (): BroadcastState => this.#state

  /**
   * Cancels the start of the stream. The page cannot withdraw its request from the wallet. If the person confirms the transaction later,
   * the job is posted, and appears among the past broadcasts. A broadcast that was to go on stays interrupted.
   */
  cancel(): void {
    if (this.#state.name !== 'starting') return
    const { step, isResuming } = this.#state
    this.#end()
    const isBefore = step === 'reach' || step === 'wallet'
    this.#becomeFailed(isResuming ? stillInterrupted : cancelled[isBefore ? 'before' : 'after'])
  }

  /** Sends another camera or screen from now on. Resolves when the tracks of the earlier stream can end. */
  async replaceStream(stream: MediaStream): Promise<void> {
    this.#loss = undefined
    await this.#capture?.replaceStream(stream)
  }

  /** Ends the stream. The settlement on chain goes on without the page. `reason`: why the page ends the stream without the person. */
  async stop(reason?: Problem): Promise<void> {
    if (this.#state.name !== 'live') return
    const ending = { name: 'settling', ...(reason && { reason }) } as const
    this.#become({ ...ending, figures: this.#state.figures, isHandingOver: true })
    this.#forget()
    try {
      await this.#capture?.stop()
      this.#options.onCaptured()
      await this.#publishing?.publisher.stop()
      await this.#sale?.taken
      this.#close()
      const state = this.getState()
      if (state.name === 'settling') this.#become({ ...state, isHandingOver: false })
    } catch (error) {
      this.#fail(error)
    }
  }

  async #start() {
    const { client, broadcaster, iceServers, connectTimeoutMs: timeoutMs = 40_000 } = this.#options
    const { signal } = this.#closing
    const admission = await admitTab(signal)
    signal.throwIfAborted()
    if (admission === 'busy') throw new LiveElsewhereError()
    const openSale = await this.#prepareSale()
    const { posted, webRtc } = await this.#job()
    const { jobId, streamId, streamKey, postAgain } = posted
    this.#posted = posted
    if (!readHistory().some((broadcast) => broadcast.jobId === jobId)) addBroadcast(posted.broadcast)
    // The person has cancelled the start, and confirmed the transaction later.
    if (this.#state.name === 'failed') this.#becomeFailed(this.#state.problem)
    signal.throwIfAborted()
    this.#become(this.#starting('transcoder'))
    showJob(jobId, signal)
    const cover = await this.#cover(posted)
    if (admission === 'admitted') await this.#keep(posted, cover)
    const candidates = await followJob(client, {
      ...{ jobId, signal, postAgain },
      onRedraw: (candidates) => this.#publishing?.redraw(candidates),
      onMissing: (isMissing) => this.#onMissing(isMissing),
      onFailed: (error) => this.#fail(error),
    })
    assertReachable(candidates)
    this.#become(this.#starting('connection'))
    const { nextSequence: fromSequence = 0n, assignments = [] } = this.#stored ?? {}
    this.#sale = await openSale?.(posted)
    this.#publishing = createPublisher({
      ...{ jobId, streamId, streamKey, candidates, domain: StreamDirectory.domainOf(posted.broadcast.chainId) },
      ...{ fromSequence, assignments, cover, reserve: (sequenceNumber) => this.#reserve(sequenceNumber) },
      transport: webRtc ? createTransport({ iceServers }) : undefined,
      sale: this.#sale?.terms,
    })
    const { publisher } = this.#publishing
    const error = () => (this.#stored ? new AwayError() : new UnansweredError({ candidates: candidates.length }))
    const transcoder = await untilAssigned(publisher, { timeoutMs, error })
    signal.throwIfAborted()
    const link = makeShareLink({ streamId, candidates, transcoder, signal })
    await this.#startCapture()
    const shareLink = await link
    if (signal.aborted) return
    this.#live = this.#liveFigures(posted, shareLink)
    const isAtWork = (address: Address) => isAddressEqual(address, publisher.progress.transcoder ?? zeroAddress)
    const relay = () => candidates.find(({ address }) => isAtWork(address))?.serviceUri
    if (this.#capture) this.#health.start({ capture: this.#capture, relay, streamId, signal })
    followFunds(client, {
      ...{ jobId, broadcaster, publisher, signal },
      onFunds: (funds) => {
        this.#funds = funds
        void this.#refresh()
      },
    })
    this.#timer = setInterval(() => void this.#refresh(), figuresIntervalMs)
    publisher.on('progress', () => void this.#refresh())
    await this.#refresh()
  }

  /** Before anything is paid, because this browser may be unable to keep the cheques of viewers. */
  async #prepareSale() {
    if (this.#options.weiPerMinute === 0n) return undefined
    const { prepareSale } = await import('./sale')
    return prepareSale(this.#options, this.#closing.signal)
  }

  /** The job of a new broadcast, or of the stored broadcast. */
  async #job(): Promise<{ posted: PostedJob; webRtc: boolean }> {
    const { stored } = this.#options
    if (!stored) {
      const onStep = (step: StartingStep, slow?: Problem) => {
        if (this.#state.name === 'starting') this.#become({ ...this.#starting(step), ...(slow && { slow }) })
      }
      return startJob(this.#options, { signal: this.#closing.signal, onStep })
    }
    this.#stored = await readAgain(stored.jobId, this.#store)
    return { posted: await takeUp(this.#stored, this.#options), webRtc: 'RTCPeerConnection' in globalThis }
  }

  /** The signed title and poster. After a reload, they stay the same. */
  async #cover({ streamId, streamKey, broadcast }: PostedJob): Promise<StreamCover.StreamCover | undefined> {
    if (this.#stored) return this.#stored.cover
    const { cover } = this.#options
    return cover && StreamCover.sign({ streamId, ...cover }, streamKey, StreamDirectory.domainOf(broadcast.chainId))
  }

  /** Stores the broadcast before its first segment, so that the page can go on with it after a reload. */
  async #keep(posted: PostedJob, cover: StreamCover.StreamCover | undefined) {
    if (!this.#store) return
    const { preset, offer } = this.#options
    this.#record = await keep(posted, {
      ...{ store: this.#store, stored: this.#stored, videoBitrate: preset.videoBitrate, offer, cover },
      facts: () => this.#facts(),
    })
    await this.#reserve(this.#stored?.nextSequence ?? 0n)
    if (this.#closing.signal.aborted && !this.#stored) this.#forget()
    this.#closing.signal.throwIfAborted()
  }

  #facts(): Facts {
    const { publisher } = this.#publishing ?? {}
    return {
      assignments: publisher?.assignments ?? this.#stored?.assignments ?? [],
      acknowledged: acknowledgedOf(this.#stored, publisher?.progress),
      zeroMs: this.#capture ? this.#mediaTime?.zeroMs : this.#stored?.zeroMs,
      source: this.#options.sourceChoice(),
    }
  }

  /** Never rejects. If the number cannot be stored, the session fails, and the segment is never signed. */
  async #reserve(sequenceNumber: bigint): Promise<void> {
    try {
      await this.#record?.reserve(sequenceNumber)
    } catch (cause) {
      this.#fail(new UnstoredError({ cause }))
      await new Promise<never>(() => undefined)
    }
  }

  #forget() {
    this.#record?.forget().catch((error: Error) => log.fault(error))
  }

  async #startCapture() {
    const { stream, preset } = this.#options
    const { width, height, fps } = preset.options
    const mediaTime = new MediaTime(this.#stored?.zeroMs)
    this.#mediaTime = mediaTime
    this.#isCapturing = true
    const capture = await startCapture({
      ...{ stream, width, height, fps, videoBitrate: preset.videoBitrate, startTimeMs: mediaTime.startMs },
      onEvent: (event) => this.#onCapture(event),
    }).finally(() => {
      this.#isCapturing = false
    })
    // `#end` has run before the capture was known.
    if (this.#closing.signal.aborted) return capture.stop()
    mediaTime.started(capture)
    this.#capture = capture
  }

  #starting(step: StartingStep): BroadcastState & { name: 'starting' } {
    return { name: 'starting', step, ...(this.#options.stored && { isResuming: true as const }) }
  }

  #onMissing(isMissing: boolean) {
    this.#isJobMissing = isMissing
    if (this.#state.name === 'live') void this.#refresh()
    else if (!this.#publishing) this.#become(this.#starting(isMissing ? 'job' : 'transcoder'))
  }

  #onCapture(event: CaptureEvent) {
    const publisher = this.#publishing?.publisher
    if (event.type === 'begin') publisher?.begin((this.#mediaTime?.zeroMs ?? 0) + event.startTimeMs)
    else if (event.type === 'bytes') {
      publisher?.append(event.data)
      this.#options.recording?.write(event.data)
    } else if (event.type === 'part') publisher?.part(event)
    else if (event.type === 'end') {
      publisher?.end(event.durationMs)
      this.#health.ended()
      this.#live?.noteBitrate((event.byteLength * 8_000) / event.durationMs)
    } else if (event.type === 'source-lost') this.#loss = problemFor(event.error)
    else if (event.type === 'failed') this.#fail(event.error)
    else if (event.type === 'ended' && event.reason === 'sources-lost') void this.stop()
  }

  #liveFigures({ jobId }: PostedJob, shareLink: string): LiveFigures {
    const { preset, offer, broadcaster } = this.#options
    const { liveSinceMs = Date.now() } = this.#stored ?? {}
    const [targetBitrate, before] = [preset.videoBitrate, acknowledgedOf(this.#stored)]
    return new LiveFigures({ jobId, broadcaster, shareLink, targetBitrate, offer, liveSinceMs, before })
  }

  async #refresh() {
    const { progress } = (this.#publishing as Publishing).publisher
    const { transcoder } = progress
    const { name } = this.#state
    if (!this.#live || !this.#posted || !transcoder) return
    if (name !== 'live' && name !== 'starting' && name !== 'settling') return
    const { segments, durationMs } = acknowledgedOf(this.#stored, progress)
    updateBroadcast(this.#posted.jobId, () => ({ segments }))
    this.#health.progress(progress)
    const lasting = this.#funds && lastingOf(this.#funds, this.#options.offer, durationMs)
    const circumstances = { quietMs: this.#live.quietMs(progress), lasting }
    const figures = this.#live.at(
      { ...progress, transcoder },
      { durationMs, circumstances, health: this.#health.now, incomeWei: this.#sale?.incomeWei },
    )
    if (this.#state.name === 'settling') {
      const { elapsedMs } = this.#state.figures
      return this.#become({ ...this.#state, figures: { ...figures, elapsedMs } })
    }
    const trouble = this.#isJobMissing ? jobMissing : troubleOf(progress, circumstances)
    const loss = this.#loss
    this.#become({ name: 'live', figures, ...(trouble && { trouble }), ...(loss && { loss }) })
    if (isOverdue(progress, circumstances)) void this.stop(depositUsedUp)
  }

  #fail(error: unknown) {
    if (this.#state.name === 'failed') return
    log.fault(error as Error)
    this.#end()
    this.#becomeFailed(problemFor(error))
  }

  #becomeFailed(problem: Problem) {
    this.#become({ name: 'failed', problem, ...(this.#posted && { jobId: this.#posted.jobId }) })
  }

  /** Ends a start. A live stream, and a stream that was to go on, stay interrupted: the page can go on with them. */
  #end() {
    const { onCaptured } = this.#options
    if (this.#capture)
      void this.#capture
        .stop()
        .catch((cause: Error) => log.fault(cause))
        .finally(onCaptured)
    else if (this.#isCapturing) onCaptured()
    if (this.#state.name === 'starting' && !this.#state.isResuming) {
      this.#forget()
      void this.#publishing?.publisher.stop(0)
    }
    this.#close()
  }

  #close() {
    clearInterval(this.#timer)
    this.#closing.abort()
    this.#publishing?.leave()
    this.#options.recording?.close()
  }

  #become(state: BroadcastState) {
    if (state.name !== this.#state.name || state.name === 'starting')
      log.debug(state.name, () => ({
        step: state.name === 'starting' ? state.step : undefined,
        jobId: this.#posted?.jobId,
      }))
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
