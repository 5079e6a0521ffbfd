import { StreamId } from '@lp/contracts/protocol'
import { DirectAddress, Hints } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** A stream, and hints with which a viewer can find it when no relay answers over HTTP. */
export type ShareLink = {
  streamId: StreamId.StreamId
  hints: Hints.Hints
  /** Whether the link has hints that the page cannot read. */
  isDamaged: boolean
}

/** The link that opens a stream in the page at `base`. */
export function create(
  { streamId, hints = Hints.none }: { streamId: StreamId.StreamId; hints?: Hints.Hints },
  base: string = document.baseURI,
): string {
  const { relays, trackers } = hints
  const query = [
    ...relays.map((relay) => `relay=${DirectAddress.encode(relay)}`),
    ...trackers.map((tracker) => `tracker=${encodeURIComponent(tracker)}`),
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
  return { hints, isDamaged: [...relays, ...trackers].includes(undefined) }
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
