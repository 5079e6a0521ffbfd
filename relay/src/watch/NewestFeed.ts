import { StreamEnd, type typedData } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import * as Relay from '../client/Relay'
import { logOf } from '../log'
import type { StreamRecord } from '../records/StreamRecord'
import * as Feed from './Feed'
import { findFeed } from './findFeed'
import { Listings, type ListingsOptions } from './Listings'

const log = logOf('watch')

export type NewestFeedOptions = ListingsOptions & {
  domain: typedData.Domain
  fetch: typeof fetch
  /** The highest sequence number that is known in any level, or -1. */
  newestNumber(): bigint
}

/**
 * The feed with the newest Assignment, and the signed end of the stream. Both come from relays or from other viewers. The checks are
 * the same for both sources.
 */
export class NewestFeed {
  feed: Feed.Feed | undefined
  /**
   * Sequence numbers at which the playlists begin a new timeline, because a new feed began. Usually, the new timeline begins at the first
   * segment of the new feed. If segments with this number or a higher number are already known, the new timeline begins after these
   * segments: a player refuses a playlist that moves a listed segment to another timeline.
   */
  handovers: readonly bigint[] = []
  end: StreamEnd.StreamEnd | undefined
  /** Whether the feed came from a relay. Another viewer can change the fields of a record that have no signature. */
  isConfirmed = false
  /** For other viewers: the record of the feed, with the signed end. A new object after each change that other viewers need to know. */
  record: StreamRecord | undefined
  readonly listings: Listings
  readonly #options: NewestFeedOptions

  constructor(options: NewestFeedOptions) {
    this.#options = options
    this.listings = new Listings(options)
  }

  /** Searches the relays for the newest feed. Rejects only when `signal` aborts. */
  async search(signal: AbortSignal): Promise<{ isFound: boolean; answered: boolean }> {
    const listing = await this.listings.refresh()
    if (!listing) return { isFound: false, answered: true }
    const { domain, fetch, refuse } = this.#options
    const { feed, answered } = await findFeed({ listing, domain, fetch, signal, refuse })
    // A feed with an earlier Assignment of the same job must not replace the present feed.
    const isEarlier = feed && this.feed?.jobId === feed.jobId && feed.fromSequence < this.feed.fromSequence
    const isFound = feed !== undefined && !isEarlier
    if (isFound) this.#adopt(feed, { isConfirmed: true })
    return { isFound, answered: answered || listing.candidates.length === 0 }
  }

  /**
   * Takes the record of the stream from another viewer. Uses the feed of the record only if the record has a later Assignment than the
   * present feed, or belongs to a newer job. Always uses the signed end of the stream. Throws the errors of `Feed.verify`.
   */
  async learn(record: StreamRecord): Promise<void> {
    const { newest } = this.listings
    const listing = record.jobId === newest?.job.jobId ? newest : await this.listings.refresh()
    if (!listing) return
    const { domain, fetch } = this.#options
    const { transcoder, fromSequence } = record.assignment
    const candidate = listing.candidates.find(({ address }) => isAddressEqual(address, transcoder))
    const relay = Relay.at(candidate?.serviceUri, fetch)
    const isLater = () => this.feed?.jobId !== listing.job.jobId || fromSequence > this.feed.fromSequence
    if (candidate && relay && isLater()) {
      const feed = await Feed.verify(record, { relay, candidate, listing, domain })
      if (feed && isLater()) this.#adopt(feed, { isConfirmed: false })
    }
    if (record.end) await this.acceptEnd(record.end)
  }

  async acceptEnd(end: StreamEnd.StreamEnd): Promise<void> {
    if (this.end || end.streamId !== this.#options.streamId) return
    try {
      await StreamEnd.verify(end, this.#options.domain)
      this.end = end
      if (this.record) this.record = { ...this.record, end }
    } catch (error) {
      this.#options.refuse(error)
    }
  }

  #adopt(feed: Feed.Feed, { isConfirmed }: { isConfirmed: boolean }): void {
    const isNew = !this.feed || !Feed.isSame(feed, this.feed)
    const next = this.#options.newestNumber() + 1n
    if (this.feed && isNew) this.handovers = [...this.handovers, feed.fromSequence > next ? feed.fromSequence : next]
    if (isNew || !this.isConfirmed) this.record = { ...feed.record, end: this.end }
    this.feed = feed
    this.isConfirmed = isConfirmed
    log.debug('feed found', () => ({ jobId: feed.jobId, fromSequence: feed.fromSequence, isConfirmed }))
  }
}
