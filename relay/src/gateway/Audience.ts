import type { StreamId } from '@lp/contracts/protocol'
import { type AudienceReport, type AudienceSummary, spreadOf } from '../records/AudienceSummary'

type Viewer = { network: string; report: AudienceReport; atMs: number }
type Stream = {
  viewers: Map<string, Viewer>
  networks: Map<string, number>
  /** The last summary, which stays for a second: 10,000 viewers ask for it a thousand times a second. */
  summary?: { atMs: number; value: AudienceSummary }
}

/** A viewer reports every ten seconds. One report can be lost. */
const freshMs = 30_000
/** Many viewers can share one address, for example in a school. One person must not make more viewers than this. */
const maxPerNetwork = 64
const maxPerStream = 10_000
const maxStreams = 1_000
const summaryMs = 1_000

/**
 * The viewers that have reported in the last half minute, in memory only. Streams and viewers are bounded, so strangers cannot fill the
 * memory of the relay.
 */
export class Audience {
  readonly #streams = new Map<StreamId.StreamId, Stream>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Takes the report of a viewer. Ignores it if there is no place for one more viewer, or for one more viewer of this network. */
  report(streamId: StreamId.StreamId, report: AudienceReport, network: string): void {
    const stream = this.#fresh(streamId) ?? this.#open(streamId)
    if (!stream) return
    const { viewers, networks } = stream
    const known = viewers.get(report.viewer)
    const count = networks.get(network) ?? 0
    // Another network must not change the report of this viewer: it cannot know the digits, unless it guesses them.
    if (known ? known.network !== network : count >= maxPerNetwork || viewers.size >= maxPerStream) return
    // The viewer that reported last is at the end.
    viewers.delete(report.viewer)
    viewers.set(report.viewer, { network, report, atMs: this.#now() })
    if (!known) networks.set(network, count + 1)
  }

  summary(streamId: StreamId.StreamId): AudienceSummary {
    const stream = this.#fresh(streamId)
    if (!stream) return { viewers: 0 }
    const nowMs = this.#now()
    if (stream.summary && nowMs < stream.summary.atMs + summaryMs) return stream.summary.value
    const reports = [...stream.viewers.values()].map(({ report }) => report)
    const value = {
      viewers: reports.length,
      latencyMs: spreadOf(reports.flatMap(({ latencyMs }) => latencyMs ?? [])),
      stalls: spreadOf(reports.map(({ stalls }) => stalls)),
    }
    stream.summary = { atMs: nowMs, value }
    return value
  }

  /** The stream without the viewers that no longer report. `undefined`: no viewer is left. */
  #fresh(streamId: StreamId.StreamId): Stream | undefined {
    const stream = this.#streams.get(streamId)
    if (!stream) return undefined
    const oldestMs = this.#now() - freshMs
    for (const [viewer, { network, atMs }] of stream.viewers) {
      if (atMs >= oldestMs) break
      stream.viewers.delete(viewer)
      const left = (stream.networks.get(network) ?? 1) - 1
      if (left > 0) stream.networks.set(network, left)
      else stream.networks.delete(network)
    }
    if (stream.viewers.size > 0) return stream
    this.#streams.delete(streamId)
    return undefined
  }

  #open(streamId: StreamId.StreamId): Stream | undefined {
    if (this.#streams.size >= maxStreams) for (const id of [...this.#streams.keys()]) this.#fresh(id)
    if (this.#streams.size >= maxStreams) return undefined
    const stream: Stream = { viewers: new Map(), networks: new Map() }
    this.#streams.set(streamId, stream)
    return stream
  }
}
