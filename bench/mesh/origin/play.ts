import { setTimeout as wait } from 'node:timers/promises'
import { type Media, segmentMs } from './media'
import type { Traffic } from './traffic'

/** A server of the recorded stream. */
export type Source = {
  /** The address that viewers open. */
  link: string
  /** The address with which a viewer finds the stream while the HTTP server and the tracker of the origin are blocked, if there is one. */
  hintedLink: string
  /** The HLS playlist of the source, for players that do not check signatures. */
  playlist: string
  /** The TCP ports of the page and of the origin, on loopback. */
  ports: readonly number[]
  traffic: Traffic
  /** Publishes a segment. `until` resolves when a camera would have recorded `elapsedMs` of this segment. */
  publish(number: number, startMs: number, until: (elapsedMs: number) => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Publishes all segments in real time, until the signal aborts. `startMs`: the Unix time of the first picture. */
export async function play(
  source: Pick<Source, 'publish'>,
  { media, startMs, signal }: { media: Pick<Media, 'count'>; startMs: number; signal: AbortSignal },
): Promise<void> {
  for (let number = 0; number < media.count; number++) {
    const segmentStartMs = startMs + number * segmentMs
    await source.publish(number, segmentStartMs, async (elapsedMs) => {
      await wait(Math.max(0, segmentStartMs + elapsedMs - Date.now()), undefined, { signal })
    })
  }
  throw new RecordingOverError()
}

class RecordingOverError extends Error {
  override readonly name = 'RecordingOverError'
  constructor() {
    super('The recorded stream is over. Measure for a shorter time: --seconds.')
  }
}
