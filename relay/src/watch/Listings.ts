import type { StreamId } from '@lp/contracts/protocol'
import type { Candidate, Directory, Listing } from './Directory'

export type ListingsOptions = {
  streamId: StreamId.StreamId
  directory: Directory
  /** Receives the error of each failed read of the chain, except the first read: if the first read fails, `open` rejects. */
  refuse(error: unknown): void
}

/** Least time between two reads of the chain. We read again, because a new job or a replaced block can change the candidates. */
const readEveryMs = 5_000
/** Least time between two reads while no candidates are known. It is shorter, because the draw takes only a few blocks. */
const readEarlyEveryMs = 500

/** The newest job of the stream and its candidates, from the last successful read of the chain. */
export class Listings {
  readonly #options: ListingsOptions
  #newest: Listing | undefined
  #readAtMs = performance.now()

  constructor(options: ListingsOptions) {
    this.#options = options
  }

  /** `undefined` before the first read, and if no job was ever posted for the stream. */
  get newest(): Listing | undefined {
    return this.#newest
  }

  /** Empty until the candidates are known. */
  get candidates(): readonly Candidate[] {
    return this.#newest?.candidates ?? []
  }

  /** Reads the chain for the first time. Rejects when the chain does not answer. */
  async open(): Promise<Listing | undefined> {
    const { directory, streamId } = this.#options
    this.#newest = await directory.find(streamId)
    return this.#newest
  }

  /** Reads the chain again if enough time has passed. If the chain does not answer, the last listing stays valid. */
  async refresh(): Promise<Listing | undefined> {
    const { directory, streamId, refuse } = this.#options
    const known = this.#newest
    const everyMs = known && known.candidates.length > 0 ? readEveryMs : readEarlyEveryMs
    const nowMs = performance.now()
    if (nowMs - this.#readAtMs < everyMs) return known
    this.#readAtMs = nowMs
    const found = await directory.find(streamId).catch(refuse)
    if (found) this.#newest = found
    return this.#newest
  }
}
