import type { StreamId, StreamListing } from '@lp/contracts/protocol'
import { StreamListing as Listing } from '@lp/contracts/protocol'
import { type LiveEntry, maxLiveEntries } from '../records/LiveList'
import type { Catalogue } from './Catalogue'

type Held = { listing: StreamListing.StreamListing; atMs: number }

/** More streams than this cannot be live at one relay. */
const maxListings = 256

/**
 * The listings of live streams whose broadcasters want them to be shown. In memory only: a broadcaster repeats its listing every minute. The
 * caller has checked each listing.
 */
export class LiveListings {
  readonly #catalogue: Pick<Catalogue, 'record'>
  readonly #now: () => number
  readonly #held = new Map<StreamId.StreamId, Held>()

  constructor(catalogue: Pick<Catalogue, 'record'>, now: () => number = () => performance.now()) {
    this.#catalogue = catalogue
    this.#now = now
  }

  /** Ignores a listing that is not newer than the known one. */
  add(listing: StreamListing.StreamListing): void {
    const { streamId, signedAtMs } = listing
    if ((this.#held.get(streamId)?.listing.signedAtMs ?? -1n) >= signedAtMs) return
    this.#expire()
    if (!this.#held.has(streamId) && this.#held.size >= maxListings) return
    this.#held.set(streamId, { listing, atMs: this.#now() })
  }

  /** The listed streams that are live. If there are more than `maxLiveEntries`, a random choice, so that nobody can displace others. */
  entries(): LiveEntry[] {
    this.#expire()
    const live = [...this.#held.values()].flatMap(({ listing }): LiveEntry[] => {
      const record = this.#catalogue.record(listing.streamId)
      if (!listing.isListed || record?.state !== 'live' || record.jobId !== listing.jobId) return []
      return [{ listing, ...(record.cover && { cover: record.cover }) }]
    })
    if (live.length <= maxLiveEntries) return live
    return live
      .map((entry) => ({ entry, order: Math.random() }))
      .sort((a, b) => a.order - b.order)
      .slice(0, maxLiveEntries)
      .map(({ entry }) => entry)
  }

  #expire(): void {
    const oldestMs = this.#now() - Listing.validMs
    for (const [streamId, { atMs }] of this.#held) if (atMs < oldestMs) this.#held.delete(streamId)
  }
}
