import { StreamId } from '@lp/contracts/protocol'
import { DirectAddress, Hints } from 'lp-relay'
import { keccak256, sliceHex, stringToHex } from 'viem'
import type { Problem } from '../ui/Problem'

/** A stream, and hints with which a viewer can find it when no relay answers over HTTP. */
export type ShareLink = {
  streamId: StreamId.StreamId
  hints: Hints.Hints
  /** The time from camera to screen that the viewer wants, in seconds. `undefined`: as short as possible. */
  latencyS?: number
  /** Set in a link that was made before its stream: until this Unix time, the stream is expected. */
  soonUntilMs?: number
  /** Whether the link has hints, a latency or a time that the page cannot read. */
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
    soonUntilMs,
  }: Pick<ShareLink, 'streamId'> & {
    hints?: Hints.Hints
    latencyS?: number | undefined
    soonUntilMs?: number | undefined
  },
  base: string = document.baseURI,
): string {
  const { relays, trackers } = hints
  const query = [
    ...relays.map((relay) => `relay=${DirectAddress.encode(relay)}`),
    ...trackers.map((tracker) => `tracker=${encodeURIComponent(tracker)}`),
    ...(latencyS === undefined ? [] : [`latency=${latencyS}`]),
    ...(soonUntilMs === undefined ? [] : [`soon=${soonOf(streamId, Math.floor(soonUntilMs / 1_000))}`]),
  ].join('&')
  return new URL(`#/watch/${streamId}${query && `?${query}`}`, base).href
}

/** Reads a link of any lp site, or a bare stream id. Throws `UnreadableError`. */
export function parse(text: string): ShareLink {
  const [, candidate, query] = text.trim().match(/(?:^|#\/?(?:watch|embed)\/)(0x[0-9a-f]*)\/?(?:\?(.*))?$/i) ?? []
  if (candidate === undefined) throw new UnreadableError()
  try {
    const streamId = StreamId.parse(candidate)
    return { streamId, ...readQuery(streamId, new URLSearchParams(query)) }
  } catch (cause) {
    throw new UnreadableError({ cause })
  }
}

function readQuery(streamId: StreamId.StreamId, query: URLSearchParams): Omit<ShareLink, 'streamId'> {
  const [relays, trackers] = [query.getAll('relay').map(relayFrom), query.getAll('tracker').map(Hints.trackerFrom)]
  const hints = {
    relays: relays.filter((relay) => relay !== undefined).slice(0, Hints.maxRelays),
    trackers: [...new Set(trackers.filter((tracker) => tracker !== undefined))].slice(0, Hints.maxTrackers),
  }
  const latency = query.get('latency')
  const latencyS = latency === null ? undefined : latencyFrom(latency)
  const soon = query.get('soon')
  const soonUntilMs = soon === null ? undefined : soonFrom(streamId, soon)
  const isDamaged =
    [...relays, ...trackers].includes(undefined) ||
    (latency !== null && latencyS === undefined) ||
    (soon !== null && soonUntilMs === undefined)
  return {
    hints,
    ...(latencyS !== undefined && { latencyS }),
    ...(soonUntilMs !== undefined && { soonUntilMs }),
    isDamaged,
  }
}

/** The time, and a checksum. Without it, a link with a wrong digit would name a stream that never starts. */
const soonOf = (streamId: StreamId.StreamId, untilS: number): string =>
  `${untilS}-${sliceHex(keccak256(stringToHex(`${streamId}:${untilS}`)), 0, 4).slice(2)}`

function soonFrom(streamId: StreamId.StreamId, text: string): number | undefined {
  const untilS = Number(/^\d{1,10}(?=-)/.exec(text)?.[0] ?? Number.NaN)
  return text === soonOf(streamId, untilS) ? untilS * 1_000 : undefined
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
