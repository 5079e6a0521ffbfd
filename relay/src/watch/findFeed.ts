import type { typedData } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import type { Candidate, Listing } from './Directory'
import * as Feed from './Feed'
import { pause } from './pause'

export type Search = {
  feed: Feed.Feed | undefined
  /** Whether at least one relay answered, with or without a record of the stream. */
  answered: boolean
}

/** After the first valid feed, the other relays have this time to answer with a better feed. */
const graceMs = 250

/**
 * Asks every candidate's relay for the stream and returns the feed with the newest valid Assignment. Calls `refuse` with the
 * error of each failed request and of each wrong answer. Rejects only when `signal` aborts.
 */
export async function findFeed({
  listing,
  domain,
  fetch,
  signal,
  refuse,
}: {
  listing: Listing
  domain: typedData.Domain
  fetch: typeof globalThis.fetch
  signal: AbortSignal
  refuse(error: unknown): void
}): Promise<Search> {
  const search: Search = { feed: undefined, answered: false }
  const enough = new AbortController()
  const searching = AbortSignal.any([signal, enough.signal])

  const ask = async (candidate: Candidate) => {
    const relay = Relay.at(candidate.serviceUri, fetch)
    if (!relay) return
    try {
      const record = await Relay.record(relay, { streamId: listing.job.streamId, signal: searching })
      search.answered = true
      const feed = record && (await Feed.verify(record, { relay, candidate, listing, domain }))
      if (!feed || (search.feed && !Feed.isBetter(feed, search.feed))) return
      search.feed = feed
      pause(graceMs, searching).then(
        () => enough.abort(),
        () => undefined,
      )
    } catch (error) {
      if (!searching.aborted) refuse(error)
    }
  }
  await Promise.all(listing.candidates.map(ask))
  enough.abort()
  signal.throwIfAborted()
  return search
}
