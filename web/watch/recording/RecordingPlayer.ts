import type Hls from 'hls.js'
import type { Recording } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Problem } from '../../ui/Problem'
import { fetchHls, problems } from '../hlsPlayer'
import { createRecordingLoader, playlistUrl } from './recordingLoader'

const log = logOf('watch')

const withoutLimit = {
  default: {
    ...{ maxTimeToFirstByteMs: Number.POSITIVE_INFINITY, maxLoadTimeMs: Number.POSITIVE_INFINITY },
    ...{ timeoutRetry: null, errorRetry: null },
  },
}

/** One repair is often enough. After more than this number of media errors, the player gives up. */
const maxRepairs = 3

/** Plays a recording on a video element, from second `startS` on. */
export class RecordingPlayer {
  readonly #closing = new AbortController()

  constructor(parameters: {
    video: HTMLVideoElement
    recording: Recording.Recording
    startS: number
    /** Returns the checked payload of a segment. Waits while no connected viewer or relay has the segment. */
    read(index: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
    onProblem(problem: Problem): void
  }) {
    this.#open(parameters).catch((error: Error) => {
      log.fault(error)
      parameters.onProblem(problems.unfetched)
    })
  }

  close(): void {
    this.#closing.abort()
  }

  async #open({ video, recording, startS, read, onProblem }: ConstructorParameters<typeof RecordingPlayer>[0]) {
    const { default: Hls } = await fetchHls()
    const { signal } = this.#closing
    if (signal.aborted) return
    if (!Hls.isSupported()) return onProblem(problems.unsupported)
    const hls: Hls = new Hls({
      loader: createRecordingLoader(recording, read),
      ...{ startPosition: startS, backBufferLength: 60, enableWorker: false },
      ...{ enableID3MetadataCues: false, enableEmsgMetadataCues: false, enableDateRangeMetadataCues: false },
      ...{ fragLoadPolicy: withoutLimit, playlistLoadPolicy: withoutLimit },
    })
    let repairs = 0
    hls.on(Hls.Events.ERROR, (_, { fatal, type, details, error }) => {
      log.debug('hls.js reports an error', () => ({ type, details, fatal, error }))
      // `read` reports the errors of segments.
      if (!fatal || type === 'networkError') return
      if (type === 'mediaError' && ++repairs <= maxRepairs) return hls.recoverMediaError()
      onProblem(problems.undecodable)
      hls.destroy()
    })
    hls.loadSource(playlistUrl)
    hls.attachMedia(video)
    signal.addEventListener('abort', () => hls.destroy(), { once: true })
  }
}
