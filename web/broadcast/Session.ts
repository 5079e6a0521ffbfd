import { createPublisher, createTransport, type Place, type Progress, type Publishing, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Address, isAddressEqual, type PublicClient, zeroAddress } from 'viem'
import { slowProblem } from '../act/slowProblem'
import type { Transact } from '../act/useTransact'
import type { Problem } from '../ui/Problem'
import type { BroadcastFigures, BroadcastState } from './BroadcastState'
import { type Capture, type CaptureEvent, startCapture } from './capture/capture'
import { type Funds, lastingOf } from './Funds'
import { followFunds } from './followFunds'
import { followJob } from './followJob'
import { addBroadcast, readHistory, updateBroadcast } from './history'
import { makeShareLink } from './makeShareLink'
import { type Offer, withFine } from './offer'
import { type PostedJob, postJob } from './postJob'
import type { BroadcastPreset } from './presets'
import { checkReach } from './reach'
import { HealthWatch } from './StreamHealth'
import { assertReachable, cancelled, problemFor, UnansweredError } from './startProblems'
import { depositUsedUp, isOverdue, isUsedUp, jobMissing, troubleOf } from './trouble'

const log = logOf('broadcast')

export type SessionOptions = {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  stream: MediaStream
  preset: BroadcastPreset
  offer: Offer
  /** STUN and TURN servers. */
  iceServers: readonly RTCIceServer[]
  /** Whether viewers and relays may keep a recording. */
  mayRecord: boolean
  /** Gets the bytes of all segments. Default: the page keeps no recording. */
  recording?: { write(data: Uint8Array): void; close(): void } | undefined
  /**
   * Called when the page does not read the camera and the microphone any more: after `stop`, and if the stream fails or is cancelled after
   * its capture has started.
   */
  onCaptured(): void
  /**
   * The time that the page waits for an answer from the drawn transcoders, in milliseconds.
   * @defaultValue 40000
   */
  connectTimeoutMs?: number
}

const figuresIntervalMs = 1_000

/** One broadcast, from the click on Go live until the end of the stream has been sent. Observable: `subscribe` and `getState`. */
export class Session {
  readonly #options: SessionOptions
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  #state: BroadcastState = { name: 'starting', step: 'reach' }
  #figures: BroadcastFigures | undefined
  #posted: PostedJob | undefined
  #publishing: Publishing | undefined
  #shareLink = ''
  #capture: Capture | undefined
  #isJobMissing = false
  #funds: Funds | undefined
  readonly #health = new HealthWatch()
  /** The picture or the sound of the captured stream has ended. */
  #loss: Problem | undefined
  #startedAtMs = 0
  #acknowledged = 0
  #acknowledgedAtMs = 0
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    void this.#start().catch((error) => this.#fail(error))
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly getState = (): BroadcastState => this.#state

  /**
   * Cancels the start of the stream. The page cannot withdraw its request from the wallet. If the person confirms the transaction later,
   * the job is posted, and appears among the past broadcasts.
   */
  cancel(): void {
    if (this.#state.name !== 'starting') return
    const { step } = this.#state
    this.#end()
    this.#becomeFailed(cancelled[step === 'reach' || step === 'wallet' ? 'before' : 'after'])
  }

  /** Sends another camera or screen from now on. Resolves when the tracks of the earlier stream can end. */
  async replaceStream(stream: MediaStream): Promise<void> {
    this.#loss = undefined
    await this.#capture?.replaceStream(stream)
  }

  /** Ends the stream. The settlement on chain goes on without the page. `reason`: why the page ends the stream without the person. */
  async stop(reason?: Problem): Promise<void> {
    if (this.#state.name !== 'live' || !this.#figures) return
    const figures = this.#figures
    const ending = { name: 'settling', ...(reason && { reason }) } as const
    this.#become({ ...ending, figures, isHandingOver: true })
    try {
      await this.#capture?.stop()
      this.#options.onCaptured()
      await this.#publishing?.publisher.stop()
      this.#close()
      this.#become({ ...ending, figures: this.#figures ?? figures, isHandingOver: false })
    } catch (error) {
      this.#fail(error)
    }
  }

  async #start() {
    const { client, preset, stream, offer, iceServers, broadcaster } = this.#options
    const { webRtc } = await checkReach(offer.relays, { signal: this.#closing.signal, iceServers })
    // The chain id is read before the wallet is asked. After the deposit is paid, a failed request to the chain must not stop the stream.
    const domain = StreamDirectory.domainOf(await client.getChainId())
    this.#closing.signal.throwIfAborted()
    this.#become({ name: 'starting', step: 'wallet' })
    const atJob = (more: { slow?: Problem } = {}) => {
      if (this.#state.name === 'starting') this.#become({ name: 'starting', step: 'job', ...more })
    }
    const watching = { onSent: () => atJob(), onSlow: (place: Place) => atJob({ slow: slowProblem(place) }) }
    const posted = await postJob({ ...this.#options, watching })
    this.#posted = posted
    addBroadcast(posted.broadcast)
    // The person has cancelled the start, and confirmed the transaction later.
    if (this.#state.name === 'failed') this.#becomeFailed(this.#state.problem)
    this.#closing.signal.throwIfAborted()
    this.#become({ name: 'starting', step: 'transcoder' })
    const candidates = await followJob(client, {
      ...{ jobId: posted.jobId, signal: this.#closing.signal, postAgain: posted.postAgain },
      onRedraw: (candidates) => this.#publishing?.redraw(candidates),
      onMissing: (isMissing) => this.#onMissing(isMissing),
      onFailed: (error) => this.#fail(error),
    })
    assertReachable(candidates)
    this.#become({ name: 'starting', step: 'connection' })
    const transport = webRtc ? createTransport({ iceServers }) : undefined
    this.#publishing = createPublisher({ ...posted, domain, candidates, transport })
    const transcoder = await this.#assigned(candidates.length)
    this.#closing.signal.throwIfAborted()
    const { signal } = this.#closing
    const shareLink = makeShareLink({ streamId: posted.streamId, candidates, transcoder, signal })
    const { width, height, fps } = preset.options
    this.#startedAtMs = Date.now()
    this.#capture = await startCapture({
      ...{ stream, width, height, fps, videoBitrate: preset.videoBitrate },
      onEvent: (event) => this.#onCapture(event),
    })
    this.#shareLink = await shareLink
    if (signal.aborted) return this.#capture.stop()
    const { publisher } = this.#publishing
    const isAtWork = (address: Address) => isAddressEqual(address, publisher.progress.transcoder ?? zeroAddress)
    const relay = () => candidates.find(({ address }) => isAtWork(address))?.serviceUri
    this.#health.start({ capture: this.#capture, relay, signal })
    followFunds(client, {
      ...{ jobId: posted.jobId, broadcaster, publisher, signal },
      onFunds: (funds) => {
        this.#funds = funds
        void this.#refresh()
      },
    })
    this.#timer = setInterval(() => void this.#refresh(), figuresIntervalMs)
    publisher.on('progress', () => void this.#refresh())
    await this.#refresh()
  }

  /** Resolves to the transcoder to which the stream key has assigned the job. Throws `UnansweredError`. */
  #assigned(candidates: number): Promise<Address> {
    const { publisher } = this.#publishing as Publishing
    const { connectTimeoutMs = 40_000 } = this.#options
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new UnansweredError({ candidates })), connectTimeoutMs)
      const stop = publisher.on('progress', ({ phase, transcoder }) => {
        if (phase !== 'assigned' || !transcoder) return
        clearTimeout(timer)
        stop()
        resolve(transcoder)
      })
    })
  }

  #onMissing(isMissing: boolean) {
    this.#isJobMissing = isMissing
    if (this.#state.name === 'live') void this.#refresh()
    else if (!this.#publishing) this.#become({ name: 'starting', step: isMissing ? 'job' : 'transcoder' })
  }

  #onCapture(event: CaptureEvent) {
    const publisher = this.#publishing?.publisher
    if (event.type === 'begin') publisher?.begin(this.#captureTimeMs(event.startTimeMs))
    else if (event.type === 'bytes') {
      publisher?.append(event.data)
      this.#options.recording?.write(event.data)
    } else if (event.type === 'part') publisher?.part(event)
    else if (event.type === 'end') {
      publisher?.end(event.durationMs)
      this.#health.ended()
      this.#noteBitrate((event.byteLength * 8_000) / event.durationMs)
    } else if (event.type === 'source-lost') this.#loss = problemFor(event.error)
    else if (event.type === 'failed') this.#fail(event.error)
    else if (event.type === 'ended' && event.reason === 'sources-lost') void this.stop()
  }

  /**
   * Converts a media time to Unix time, because viewers measure the latency with Unix time. Media time starts at one second, because no
   * timestamp may be negative.
   */
  #captureTimeMs(mediaTimeMs: number): number {
    return (this.#capture?.startedAtMs ?? this.#startedAtMs) + mediaTimeMs - mediaStartMs
  }

  #noteBitrate(bitrate: number) {
    const recentBitrates = [...(this.#figures?.recentBitrates ?? []), bitrate].slice(-60)
    if (this.#figures) this.#figures = { ...this.#figures, bitrate, recentBitrates }
  }

  async #refresh() {
    const { preset, offer, broadcaster } = this.#options
    const { publisher } = this.#publishing as Publishing
    const progress: Progress = publisher.progress
    const { name } = this.#state
    if (!this.#posted || !progress.transcoder || (name !== 'live' && name !== 'starting' && name !== 'settling')) return
    const { jobId } = this.#posted
    // `orphaned`: segments from before a change of the draw. No transcoder can claim them, so the settlement does not wait for them.
    updateBroadcast(jobId, () => ({ segments: progress.acknowledged - progress.orphaned }))
    this.#health.progress(progress)
    const lasting = this.#funds && lastingOf(this.#funds, offer, progress.acknowledgedMs)
    const circumstances = { quietMs: this.#quietMs(progress), lasting }
    this.#figures = {
      ...{ jobId, broadcaster, leftMs: lasting?.leftMs, isUsedUp: isUsedUp(progress, circumstances) },
      shareLink: this.#shareLink,
      transcoder: progress.transcoder,
      segmentsSent: progress.sent,
      segmentsAcknowledged: progress.acknowledged,
      bitrate: this.#figures?.bitrate ?? 0,
      recentBitrates: this.#figures?.recentBitrates ?? [],
      ...{ targetBitrate: preset.videoBitrate, health: this.#health.now },
      priceWei: (offer.perHourWei * BigInt(progress.acknowledgedMs)) / 3_600_000n,
      // The stored deposit includes the amounts that the person has added while live.
      depositWei: readHistory().find((broadcast) => broadcast.jobId === jobId)?.depositWei ?? offer.depositWei,
      hourWei: withFine(offer.perHourWei, offer.inputFinePercent),
      elapsedMs: name === 'settling' ? (this.#figures?.elapsedMs ?? 0) : Date.now() - this.#startedAtMs,
    }
    if (this.#state.name === 'settling') return this.#become({ ...this.#state, figures: this.#figures })
    const trouble = this.#isJobMissing ? jobMissing : troubleOf(progress, circumstances)
    const loss = this.#loss
    this.#become({ name: 'live', figures: this.#figures, ...(trouble && { trouble }), ...(loss && { loss }) })
    if (isOverdue(progress, circumstances)) void this.stop(depositUsedUp)
  }

  /** The time since the last acknowledgement. */
  #quietMs({ acknowledged }: Progress): number {
    if (acknowledged !== this.#acknowledged || this.#acknowledgedAtMs === 0) this.#acknowledgedAtMs = Date.now()
    this.#acknowledged = acknowledged
    return Date.now() - this.#acknowledgedAtMs
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

  #end() {
    void this.#capture
      ?.stop()
      .catch((cause: Error) => log.fault(cause))
      .finally(this.#options.onCaptured)
    void this.#publishing?.publisher.stop(0)
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

/** The media time at the start of a capture: the default of `startCapture`. */
const mediaStartMs = 1_000
