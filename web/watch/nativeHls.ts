import { sourceName, type Viewer } from 'lp-relay'
import { logOf } from 'lp-relay/log'

const log = logOf('watch')

const retryAfterMs = 1_000

/** Whether the video element itself plays HLS, as on iPhones. */
export const playsHls = (video: HTMLVideoElement): boolean => video.canPlayType('application/vnd.apple.mpegurl') !== ''

/**
 * Plays the HLS of the stream's relay in the video element, for browsers without Media Source Extensions. The page never sees these bytes,
 * so it cannot check them against the signed headers. Ends when `signal` aborts.
 */
export function playNativeHls({
  viewer,
  video,
  signal,
}: {
  viewer: Viewer
  video: HTMLVideoElement
  signal: AbortSignal
}): void {
  let playing = ''
  const follow = () => {
    const { state } = viewer.getSnapshot()
    // The stream can continue under the same URL. Then the video element must load this URL again.
    if (state === 'ended' || state === 'silent') playing = ''
    const feed = state === 'live' ? viewer.entries(sourceName).at(-1)?.feed : undefined
    const url = feed && `${feed.relay.uri}/hls/${feed.levels[0].streamId}/master.m3u8`
    if (!url || url === playing) return
    log.debug('plays without checks', () => ({ relay: new URL(url).host }))
    playing = url
    video.src = url
  }
  // Tries again after an error, because the relay can restart, or another transcoder can take over the stream.
  const onError = () => {
    playing = ''
    const retry = setTimeout(follow, retryAfterMs)
    signal.addEventListener('abort', () => clearTimeout(retry), { once: true })
  }
  video.addEventListener('error', onError, { signal })
  signal.addEventListener('abort', viewer.subscribe(follow), { once: true })
  const stop = () => {
    video.removeAttribute('src')
    video.load()
  }
  signal.addEventListener('abort', stop, { once: true })
  follow()
}

type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date }

/** The capture time of the picture on screen. Only Safari gives this time. */
export function shownTimeMs(video: DatedVideo): number | undefined {
  const startMs = video.getStartDate?.().getTime() ?? Number.NaN
  return Number.isNaN(startMs) ? undefined : startMs + video.currentTime * 1_000
}

/** The newest moment that the video element can play. */
export function liveEdge({ seekable }: HTMLVideoElement): number | undefined {
  return seekable.length > 0 ? seekable.end(seekable.length - 1) : undefined
}
