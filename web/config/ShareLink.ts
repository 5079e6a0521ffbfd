import { StreamId } from '@lp/contracts/protocol'
import { DirectAddress, Hints } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** A stream, and hints with which a viewer can find it when no relay answers over HTTP. */
export type ShareLink = {
  streamId: StreamId.StreamId
  hints: Hints.Hints
  /** The time from camera to screen that the viewer wants, in seconds. `undefined`: as short as possible. */
  latencyS?: number
  /** Whether the link has hints or a latency that the page cannot read. */
  isDamaged: boolean
}

/** With a longer time, the player would need segments that are no longer in its playlist. */
const maxLatencyS = 15

/** The link that opens a stream in the page at `base`. */
export function create(
  {
    streamId,
    hints = Hints.none,
    latencyS,
  }: Pick<ShareLink, 'streamId'> & { hints?: Hints.Hints; latencyS?: number | undefined },
  base: string = document.baseURI,
): string {
  const { relays, trackers } = hints
  const query = [
    ...relays.map((relay) => `relay=${DirectAddress.encode(relay)}`),
    ...trackers.map((tracker) => `tracker=${encodeURIComponent(tracker)}`),
    ...(latencyS === undefined ? [] : [`latency=${latencyS}`]),
  ].join('&')
  return new URL(`#/watch/${streamId}${query && `?${query}`}`, base).href
}

/** Reads a link of any lp site, or a bare stream id. Throws `UnreadableError`. */
export function parse(text: string): ShareLink {
  const [, candidate, query] = text.trim().match(/(?:^|#\/?(?:watch|embed)\/)(0x[0-9a-f]*)\/?(?:\?(.*))?$/i) ?? []
  if (candidate === undefined) throw new UnreadableError()
  try {
    return { streamId: StreamId.parse(candidate), ...readHints(new URLSearchParams(query)) }
  } catch (cause) {
    throw new UnreadableError({ cause })
  }
}

function readHints(query: URLSearchParams): Omit<ShareLink, 'streamId'> {
  const [relays, trackers] = [query.getAll('relay').map(relayFrom), query.getAll('tracker').map(Hints.trackerFrom)]
  const hints = {
    relays: relays.filter((relay) => relay !== undefined).slice(0, Hints.maxRelays),
    trackers: [...new Set(trackers.filter((tracker) => tracker !== undefined))].slice(0, Hints.maxTrackers),
  }
  const latency = query.get('latency')
  const latencyS = latency === null ? undefined : latencyFrom(latency)
  const isDamaged = [...relays, ...trackers].includes(undefined) || (latency !== null && latencyS === undefined)
  return { hints, ...(latencyS !== undefined && { latencyS }), isDamaged }
}

function latencyFrom(text: string): number | undefined {
  const seconds = /^\d{1,2}(\.\d)?$/.test(text) ? Number(text) : 0
  return seconds > 0 && seconds <= maxLatencyS ? seconds : undefined
}

function relayFrom(text: string): DirectAddress.DirectAddress | undefined {
  try {
    return DirectAddress.decode(text)
  } catch {
    return undefined
  }
}

export class UnreadableError extends Error {
  override readonly name = 'ShareLink.UnreadableError'
  readonly problem: Problem = {
    sentence: 'This is not a link to a stream.',
    nextStep: 'Paste the whole link that the broadcaster sent you. It contains /watch/0x and 64 more characters.',
  }
  constructor(options?: ErrorOptions) {
    super('This text contains no stream id.', options)
  }
}
