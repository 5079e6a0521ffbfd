import { StreamCover } from '@lp/contracts/protocol'
import { createPublisher, createTransport, type Publishing, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Address, isAddressEqual, zeroAddress } from 'viem'
import type { Problem } from '../ui/Problem'
import type { BroadcastState, StartingStep } from './BroadcastState'
import { open as openEarly } from './early/EarlyLink'
import { readEarly } from './early/earlyStore'
import { followFunds } from './followFunds'
import { followJob } from './followJob'
import { addBroadcast, readHistory, updateBroadcast } from './history'
import { LiveFigures } from './LiveFigures'
import { makeShareLink } from './makeShareLink'
import { createStream, type NewStream } from './NewStream'
import type { PostedJob } from './postJob'
import type { Facts } from './resume/BroadcastRecord'
import { AwayError, LinkGoneError, LiveElsewhereError, stillInterrupted } from './resume/resumeProblems'
import { acknowledgedOf } from './resume/StoredBroadcast'
import { StoredSession } from './resume/StoredSession'
import { admitTab, showJob } from './resume/tabLocks'
import { takeUp } from './resume/takeUp'
import { SessionCapture } from './SessionCapture'
import { SessionListing } from './SessionListing'
import type { SessionOptions } from './SessionOptions'
import { HealthWatch } from './StreamHealth'
import type { StreamSale } from './StreamSale'
import { startJob } from './startJob'
import { assertReachable, cancelled, problemFor, UnansweredError } from './startProblems'
import { depositUsedUp, jobMissing } from './trouble'
import { untilAssigned } from './untilAssigned'

const log = logOf('broadcast')

const figuresIntervalMs = 1_000

/**
 * One broadcast, from the click on Go live until the end of the stream has been sent. A stored broadcast goes on after a reload of the page
 * (decision 054). Observable: `subscribe` and `getState`.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #listeners = new Set<() => void>()
  readonly #closing = new AbortController()
  readonly #kept: StoredSession
  #state: BroadcastState
  #live: LiveFigures | undefined
  #posted: PostedJob | undefined
  #publishing: Publishing | undefined
  #sale: StreamSale | undefined
  #capture: SessionCapture | undefined
  #isJobMissing = false
  #isListed: boolean
  #listing: SessionListing | undefined
  readonly #health = new HealthWatch()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
    this.#kept = new StoredSession(options, {
      facts: () => this.#facts(),
      onFailed: (error) => this.#fail(error),
    })
    this.#isListed = options.stored?.isListed ?? options.isListed ?? false
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
    await this.#capture?.replaceStream(stream)
  }

  /** Shows the stream among the live streams, or hides it. */
  setListed(isListed: boolean): void {
    this.#isListed = isListed
    if (this.#state.name !== 'live') return
    this.#listing?.set(isListed)
    void this.#refresh()
  }

  /** Ends the stream. The settlement on chain goes on without the page. `reason`: why the page ends the stream without the person. */
  async stop(reason?: Problem): Promise<void> {
    if (this.#state.name !== 'live') return
    const ending = { name: 'settling', ...(reason && { reason }) } as const
    this.#become({ ...ending, figures: this.#state.figures, isHandingOver: true })
    this.#kept.forget()
    try {
      await this.#capture?.stop()
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
    if (admission === 'admitted') await this.#kept.keep(posted, { cover, signal })
    const candidates = await followJob(client, {
      ...{ jobId, signal, postAgain },
      onRedraw: (candidates) => this.#publishing?.redraw(candidates),
      onMissing: (isMissing) => this.#onMissing(isMissing),
      onFailed: (error) => this.#fail(error),
    })
    assertReachable(candidates)
    this.#become(this.#starting('connection'))
    const { nextSequence: fromSequence = 0n, assignments = [] } = this.#kept.before ?? {}
    this.#sale = await openSale?.(posted)
    this.#publishing = createPublisher({
      ...{ jobId, streamId, streamKey, candidates, domain: StreamDirectory.domainOf(posted.broadcast.chainId) },
      ...{
        fromSequence,
        assignments,
        cover,
        reserve: (sequenceNumber) => this.#kept.reserve(sequenceNumber, streamId),
      },
      transport: webRtc ? createTransport({ iceServers }) : undefined,
      sale: this.#sale?.terms,
    })
    const { publisher } = this.#publishing
    const startedAtMs = this.#kept.before?.liveSinceMs ?? Date.now()
    this.#listing = new SessionListing({ ...posted, publisher, startedAtMs, signal })
    const error = () => (this.#kept.before ? new AwayError() : new UnansweredError({ candidates: candidates.length }))
    const transcoder = await untilAssigned(publisher, { timeoutMs, error })
    signal.throwIfAborted()
    const link = makeShareLink({ streamId, candidates, transcoder, signal })
    const capture = await this.#startCapture(publisher)
    const shareLink = await link
    if (signal.aborted) return
    this.#live = this.#liveFigures(posted, shareLink)
    const isAtWork = (address: Address) => isAddressEqual(address, publisher.progress.transcoder ?? zeroAddress)
    const relay = () => candidates.find(({ address }) => isAtWork(address))?.serviceUri
    if (capture) this.#health.start({ capture, relay, streamId, signal })
    followFunds(client, {
      ...{ jobId, broadcaster, publisher, signal },
      onFunds: (funds) => {
        this.#live?.noteFunds(funds)
        void this.#refresh()
      },
    })
    this.#listing.set(this.#isListed)
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

  /** The stream of the early link, or a new stream. Throws `LinkGoneError`. */
  async #newStream(): Promise<NewStream> {
    const { early, mayRecord } = this.#options
    if (!early) return createStream({ mayRecord })
    const stored = await readEarly()
    if (stored?.streamId !== early.streamId) throw new LinkGoneError()
    return openEarly(stored)
  }

  /** The job of a new broadcast, or of the stored broadcast. */
  async #job(): Promise<{ posted: PostedJob; webRtc: boolean }> {
    const { stored } = this.#options
    if (!stored) {
      const onStep = (step: StartingStep, slow?: Problem) => {
        if (this.#state.name === 'starting') this.#become({ ...this.#starting(step), ...(slow && { slow }) })
      }
      const stream = await this.#newStream()
      return startJob({ ...this.#options, stream }, { signal: this.#closing.signal, onStep })
    }
    const before = await this.#kept.readAgain(stored)
    return { posted: await takeUp(before, this.#options), webRtc: 'RTCPeerConnection' in globalThis }
  }

  /** The signed title and poster. After a reload, they stay the same. */
  async #cover({ streamId, streamKey, broadcast }: PostedJob): Promise<StreamCover.StreamCover | undefined> {
    if (this.#kept.before) return this.#kept.before.cover
    const { cover } = this.#options
    return cover && StreamCover.sign({ streamId, ...cover }, streamKey, StreamDirectory.domainOf(broadcast.chainId))
  }

  #facts(): Facts {
    const { publisher } = this.#publishing ?? {}
    const { before } = this.#kept
    return {
      assignments: publisher?.assignments ?? before?.assignments ?? [],
      acknowledged: acknowledgedOf(before, publisher?.progress),
      zeroMs: this.#capture?.zeroMs ?? before?.zeroMs,
      source: this.#options.sourceChoice(),
      isListed: this.#isListed,
    }
  }

  #startCapture(publisher: Publishing['publisher']) {
    const { preset, recording, onCaptured, stream } = this.#options
    this.#capture = new SessionCapture({
      ...{ preset, recording, onCaptured, publisher, zeroMs: this.#kept.before?.zeroMs },
      onSegment: ({ byteLength, durationMs }) => {
        this.#health.ended()
        this.#live?.noteBitrate((byteLength * 8_000) / durationMs)
      },
      onLost: () => void this.stop(),
      onFailed: (error) => this.#fail(error),
    })
    return this.#capture.start(stream, this.#closing.signal)
  }

  #starting(step: StartingStep): BroadcastState & { name: 'starting' } {
    return { name: 'starting', step, ...(this.#options.stored && { isResuming: true as const }) }
  }

  #onMissing(isMissing: boolean) {
    this.#isJobMissing = isMissing
    if (this.#state.name === 'live') void this.#refresh()
    else if (!this.#publishing) this.#become(this.#starting(isMissing ? 'job' : 'transcoder'))
  }

  #liveFigures({ jobId }: PostedJob, shareLink: string): LiveFigures {
    const { preset, offer, broadcaster } = this.#options
    const { liveSinceMs = Date.now() } = this.#kept.before ?? {}
    const [targetBitrate, before] = [preset.videoBitrate, acknowledgedOf(this.#kept.before)]
    return new LiveFigures({ jobId, broadcaster, shareLink, targetBitrate, offer, liveSinceMs, before })
  }

  async #refresh() {
    const { progress } = (this.#publishing as Publishing).publisher
    const { transcoder } = progress
    const { name } = this.#state
    if (!this.#live || !this.#posted || !transcoder) return
    if (name !== 'live' && name !== 'starting' && name !== 'settling') return
    const { segments } = acknowledgedOf(this.#kept.before, progress)
    updateBroadcast(this.#posted.jobId, () => ({ segments }))
    this.#health.progress(progress)
    const now = { health: this.#health.now, incomeWei: this.#sale?.incomeWei }
    const { figures, trouble: liveTrouble, isOverdue } = this.#live.at({ ...progress, transcoder }, now)
    if (this.#state.name === 'settling') {
      const { elapsedMs } = this.#state.figures
      return this.#become({ ...this.#state, figures: { ...figures, elapsedMs } })
    }
    const trouble = this.#isJobMissing ? jobMissing : liveTrouble
    const loss = this.#capture?.loss
    this.#become({
      name: 'live',
      figures,
      isListed: this.#isListed,
      ...(trouble && { trouble }),
      ...(loss && { loss }),
    })
    if (isOverdue) void this.stop(depositUsedUp)
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
    this.#capture?.cancel()
    if (this.#state.name === 'starting' && !this.#state.isResuming) {
      this.#kept.forget()
      // The signed end is final. The next attempt needs the stream of the early link.
      if (!this.#options.early || this.#kept.isLinkUsed) void this.#publishing?.publisher.stop(0)
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
