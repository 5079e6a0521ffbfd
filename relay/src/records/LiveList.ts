import type { StreamCover, StreamListing } from '@lp/contracts/protocol'

/** A stream that its broadcaster shows to everybody. A reader checks the signatures, and the job on chain. */
export type LiveEntry = {
  listing: StreamListing.StreamListing
  cover?: StreamCover.StreamCover | undefined
  /** The number of viewers that the relay knows. The relay can name any number. */
  viewers?: number | undefined
}

/** What one relay shows under `/live`. */
export type LiveList = { streams: readonly LiveEntry[] }

/** With posters, this number of entries stays below the limit for an answer in JSON. */
export const maxLiveEntries = 32
