import { logOf } from 'lp-relay/log'
import type { Problem } from '../ui/Problem'
import { type Capture, type CaptureEvent, startCapture } from './capture/capture'
import { MediaTime } from './MediaTime'
import type { SessionOptions } from './SessionOptions'
import { problemFor } from './startProblems'

const log = logOf('broadcast')

export type SessionCaptureOptions = Pick<SessionOptions, 'preset' | 'recording' | 'onCaptured'> & {
  /** Gets the segments. */
  publisher: {
    begin(startTimeMs: number): void
    append(data: Uint8Array): void
    part(content: { byteLength: number; durationMs: number }): void
    end(durationMs: number): void
  }
  onSegment(segment: { byteLength: number; durationMs: number }): void
  /** All tracks have ended. */
  onLost(): void
  onFailed(error: unknown): void
}

/** The camera or the screen of a session, from the start of its capture until its end. */
export class SessionCapture {
  readonly #options: SessionCaptureOptions
  readonly #mediaTime: MediaTime
  #capture: Capture | undefined
  #isStarting = false
  #loss: Problem | undefined

  /** `zeroMs`: the Unix time of the media time 0 before a reload of the page. */
  constructor({ zeroMs, ...options }: SessionCaptureOptions & { zeroMs: number | undefined }) {
    this.#options = options
    this.#mediaTime = new MediaTime(zeroMs)
  }

  /** Set if the picture or the sound of the captured stream has ended. */
  get loss(): Problem | undefined {
    return this.#loss
  }

  /** The Unix time of the media time 0. Undefined before the capture has started. */
  get zeroMs(): number | undefined {
    return this.#capture && this.#mediaTime.zeroMs
  }

  /** Resolves when the encoder runs. `undefined`: `signal` has aborted. Rejects with a `CaptureError`. */
  async start(stream: MediaStream, signal: AbortSignal): Promise<Capture | undefined> {
    const { options, videoBitrate } = this.#options.preset
    const { width, height, fps } = options
    this.#isStarting = true
    const capture = await startCapture({
      ...{ stream, width, height, fps, videoBitrate, startTimeMs: this.#mediaTime.startMs },
      onEvent: (event) => this.#receive(event),
    }).finally(() => {
      this.#isStarting = false
    })
    // `cancel` was called before the capture was known.
    if (signal.aborted) return void (await capture.stop())
    this.#mediaTime.started(capture)
    this.#capture = capture
    return capture
  }

  /** Continues with another camera or screen. Resolves when the tracks of the earlier stream can end. */
  async replaceStream(stream: MediaStream): Promise<void> {
    this.#loss = undefined
    await this.#capture?.replaceStream(stream)
  }

  /** Resolves when the last segment is written. */
  async stop(): Promise<void> {
    await this.#capture?.stop()
    this.#options.onCaptured()
  }

  /** Stops without waiting for the last segment. */
  cancel(): void {
    const { onCaptured } = this.#options
    if (this.#capture)
      void this.#capture
        .stop()
        .catch((cause: Error) => log.fault(cause))
        .finally(onCaptured)
    else if (this.#isStarting) onCaptured()
  }

  #receive(event: CaptureEvent) {
    const { publisher, recording, onSegment, onLost, onFailed } = this.#options
    if (event.type === 'begin') publisher.begin(this.#mediaTime.zeroMs + event.startTimeMs)
    else if (event.type === 'bytes') {
      publisher.append(event.data)
      recording?.write(event.data)
    } else if (event.type === 'part') publisher.part(event)
    else if (event.type === 'end') {
      publisher.end(event.durationMs)
      onSegment(event)
    } else if (event.type === 'source-lost') this.#loss = problemFor(event.error)
    else if (event.type === 'failed') onFailed(event.error)
    else if (event.type === 'ended' && event.reason === 'sources-lost') onLost()
  }
}
