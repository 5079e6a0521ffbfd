import type { AudienceSummary, Progress } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Capture, CaptureStats } from './capture/capture'
import { type FollowAudienceOptions, followAudience } from './followAudience'
import { type FollowRoundTripOptions, followRoundTrip } from './followRoundTrip'
import { SegmentTimes } from './SegmentTimes'

const log = logOf('broadcast')

/** What a broadcaster sees of the path from the camera to the transcoder. Undefined values are not known yet. */
export type StreamHealth = {
  /** Undefined without video, too. */
  encoder: CaptureStats | undefined
  /** Pictures that the encoder has dropped in the last ten seconds. */
  recentlyDropped: number
  /** The time from the end of the newest segment until it was sent. */
  uploadMs: number | undefined
  /** The time from then until the transcoder acknowledged the segment. */
  answerMs: number | undefined
  /** The time of a short question to the transcoder's relay and its answer. */
  roundTripMs: number | undefined
  /** What the viewers say. Undefined: the relay has not answered, or is older. */
  audience: AudienceSummary | undefined
}

const lookEveryMs = 1_000
const recentLooks = 10

/** Collects the `StreamHealth` of a live stream. */
export class HealthWatch {
  readonly #times = new SegmentTimes()
  #encoder: CaptureStats | undefined
  /** The numbers of dropped pictures at the last looks, oldest first. */
  #dropped: number[] = []
  #roundTripMs: number | undefined
  #audience: AudienceSummary | undefined

  /** Looks every second, until `signal` aborts. */
  start({
    capture,
    streamId,
    ...line
  }: { capture: Pick<Capture, 'hasVideo' | 'stats'> } & Pick<FollowAudienceOptions, 'streamId'> &
    Pick<FollowRoundTripOptions, 'relay' | 'signal'>): void {
    const look = async () => {
      this.#encoder = await capture.stats()
      this.#dropped = [...this.#dropped, this.#encoder.dropped].slice(-recentLooks - 1)
    }
    const timer = setInterval(() => void look().catch((error: Error) => log.fault(error)), lookEveryMs)
    line.signal.addEventListener('abort', () => clearInterval(timer))
    followRoundTrip({
      ...line,
      onRoundTrip: (ms) => {
        this.#roundTripMs = ms
      },
    })
    followAudience({
      ...{ ...line, streamId },
      onAudience: (audience) => {
        this.#audience = audience
      },
    })
  }

  /** A segment was recorded. */
  ended(): void {
    this.#times.ended()
  }

  progress(progress: Progress): void {
    this.#times.progress(progress)
  }

  get now(): StreamHealth {
    const { uploadMs, answerMs } = this.#times
    return {
      encoder: this.#encoder && this.#encoder.fullFps > 0 ? this.#encoder : undefined,
      recentlyDropped: (this.#dropped.at(-1) ?? 0) - (this.#dropped[0] ?? 0),
      ...{ uploadMs, answerMs, roundTripMs: this.#roundTripMs, audience: this.#audience },
    }
  }
}
