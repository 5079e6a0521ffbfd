import type { StreamId, typedData } from '@lp/contracts/protocol'
import { createTransport } from '../../../relay/src/mesh/createTransport'
import { type NodeWebRtc, WebSocket } from '../../../relay/src/node/wrtc'
import { type Directory, extraLatencyOf, sourceName, Viewer } from '../../../relay/src/watch'
import { qualities, segmentMs } from '../origin/media'
import type { Reading } from '../viewers/probe'
import { Playhead } from './Playhead'

/** The page's distance from live when the stream has parts. */
const targetMs = 1_500
const advanceMs = 100
const bytesPerMs = qualities.source.bitrate / 8_000

/** The viewer that the page uses, without a player. Like the page, it reads each segment while the segment grows. It decodes no media. */
export class HeadlessViewer {
  readonly #viewer: Viewer
  readonly #closing = new AbortController()
  readonly #behindS = { sum: 0, count: 0, newest: 0 }
  #head: Playhead | undefined
  #startPlaying = () => {}
  /** Resolves when the viewer plays and has joined the mesh. */
  readonly ready: Promise<void>

  constructor({
    wrtc: { wrtc },
    onFailed,
    ...stream
  }: {
    streamId: StreamId.StreamId
    domain: typedData.Domain
    directory: Directory
    wrtc: NodeWebRtc
    /** Called when the viewer cannot go on. */
    onFailed(error: Error): void
  }) {
    this.#viewer = new Viewer(stream)
    const playing = new Promise<void>((resolve) => {
      this.#startPlaying = resolve
    })
    // Like the page, the viewer joins the mesh while it looks for the stream.
    this.ready = Promise.all([playing, this.#viewer.join(() => createTransport({ wrtc, WebSocket }))]).then(
      () => undefined,
    )
    this.#watch().catch((error: Error) => this.#closing.signal.aborted || onFailed(error))
    const timer = setInterval(() => this.#advance(), advanceMs)
    this.#closing.signal.addEventListener('abort', () => clearInterval(timer))
  }

  leave(): void {
    this.#closing.abort()
    this.#viewer.close()
  }

  get reading(): Reading {
    const { bytesToPeers: sentBytes, bytesFromPeers: receivedBytes } = this.#viewer.getSnapshot()
    const { deliveredMs = 0, stalls = 0, stalledMs = 0 } = this.#head ?? {}
    return {
      ...{ firstPictureMs: undefined, height: 0, sentBytes, receivedBytes },
      ...{ deliveredS: deliveredMs / 1_000, stalls, stalledS: stalledMs / 1_000, behindS: { ...this.#behindS } },
    }
  }

  /** Starts with the open segment if it began at least `targetMs` ago, and otherwise with the newest complete segment. */
  async #watch(): Promise<void> {
    const { signal } = this.#closing
    const level = sourceName
    await this.#live()
    const { open, entries } = await this.#viewer.news({ level, signal })
    const nowMs = Date.now()
    const isEarly = open && nowMs - Number(open.startTimeMs) < targetMs
    const first = (isEarly ? undefined : open) ?? entries.at(-1)?.publication
    if (!first) throw new NoSegmentError()
    const head = new Playhead({ startMs: Number(first.startTimeMs), targetMs, nowMs })
    this.#head = head
    for (let sequenceNumber = first.sequenceNumber; !signal.aborted; sequenceNumber++) {
      await this.#viewer.news({ level, after: sequenceNumber - 1n, signal })
      head.advance(Date.now())
      const request = { level, sequenceNumber, spareMs: head.spareMs, signal }
      const reading = this.#viewer.read(request)
      let leftMs = segmentMs
      for await (const { length } of reading?.chunks() ?? []) {
        const durationMs = Math.min(leftMs, length / bytesPerMs)
        leftMs -= durationMs
        head.receive(durationMs, Date.now())
        this.#startPlaying()
      }
      if (!reading) await this.#viewer.payload(request)
      head.receive(leftMs, Date.now())
      this.#startPlaying()
    }
  }

  #live(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#viewer.subscribe(() => {
        if (this.#viewer.getSnapshot().state !== 'live') return
        stop()
        resolve()
      })
    })
  }

  #advance(): void {
    if (!this.#head) return
    this.#head.aim(targetMs + extraLatencyOf(this.#viewer.getSnapshot().roomSize))
    this.#head.advance(Date.now())
    const newest = this.#head.behindMs / 1_000
    Object.assign(this.#behindS, { newest, sum: this.#behindS.sum + newest, count: this.#behindS.count + 1 })
  }
}

class NoSegmentError extends Error {
  override readonly name = 'NoSegmentError'
  constructor() {
    super('The stream is live, but has no segment.')
  }
}
