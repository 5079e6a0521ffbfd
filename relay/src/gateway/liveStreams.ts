import type { StreamId } from '@lp/contracts/protocol'
import { encode } from '../records/json'
import type { LiveList } from '../records/LiveList'
import type { LiveListings } from '../storage/LiveListings'
import type { AddressLimit } from './AddressLimit'
import { type Answer, json } from './Answer'
import type { Audience } from './Audience'
import { HttpError } from './HttpError'

/** The limit for each network address. A page asks every quarter of a minute; many persons can share one address. */
export const liveLimit = { perSecond: 4, burst: 32 }

/** The answer stays for this time. With posters, it can have 400 kB. */
const answerMs = 2_000

/** Answers `GET /live`: the streams of this relay that their broadcasters show to everybody. */
export class LiveStreams {
  readonly #listings: LiveListings | undefined
  readonly #isBlocked: (streamId: StreamId.StreamId) => boolean
  readonly #audience: Audience
  readonly #limit: AddressLimit
  #answer: { atMs: number; text: string } | undefined

  constructor({
    listings,
    isBlocked,
    audience,
    limit,
  }: {
    listings: LiveListings | undefined
    isBlocked(streamId: StreamId.StreamId): boolean
    audience: Audience
    limit: AddressLimit
  }) {
    this.#isBlocked = isBlocked
    this.#listings = listings
    this.#audience = audience
    this.#limit = limit
  }

  /** Throws `HttpError` 429. */
  answer(network: string): Answer {
    if (!this.#limit.take(network)) throw tooMany()
    const nowMs = performance.now()
    if (!this.#answer || nowMs > this.#answer.atMs + answerMs) this.#answer = { atMs: nowMs, text: this.#read() }
    return json(this.#answer.text)
  }

  #read(): string {
    const entries = this.#listings?.entries() ?? []
    const shown = entries.filter(({ listing }) => !this.#isBlocked(listing.streamId))
    const streams = shown.map((entry) => ({
      ...entry,
      viewers: this.#audience.summary(entry.listing.streamId).viewers,
    }))
    return encode({ streams } satisfies LiveList)
  }
}

const tooMany = () =>
  new HttpError({
    status: 429,
    sentence: 'Too many questions for the live streams come from this address.',
    nextStep: 'Ask every quarter of a minute.',
    headers: { 'retry-after': '15', connection: 'close' },
  })
