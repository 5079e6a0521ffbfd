import type { StreamId } from '@lp/contracts/protocol'
import { logOf } from 'lp-relay/log'
import { removeEarly } from '../early/earlyStore'
import type { PostedJob } from '../postJob'
import type { SessionOptions } from '../SessionOptions'
import type { BroadcastRecord, Facts } from './BroadcastRecord'
import { type BroadcastStore, openStore } from './BroadcastStore'
import { keep, readAgain } from './keep'
import { UnstoredError } from './resumeProblems'
import type { StoredBroadcast } from './StoredBroadcast'

const log = logOf('broadcast')

/** What the browser stores about the broadcast of a session (decision 054). */
export class StoredSession {
  readonly #options: SessionOptions
  readonly #store: BroadcastStore | undefined
  readonly #facts: () => Facts
  readonly #onFailed: (error: UnstoredError) => void
  /** The broadcast as it was stored before the reload. Undefined: the broadcast is new. */
  #before: StoredBroadcast | undefined
  #record: BroadcastRecord | undefined
  #linkUsed: Promise<void> | undefined

  /** `facts`: the present values. `onFailed`: the sequence numbers cannot be stored, so no further segment may be signed. */
  constructor(options: SessionOptions, { facts, onFailed }: { facts(): Facts; onFailed(error: UnstoredError): void }) {
    this.#options = options
    const store = 'store' in options ? options.store : openStore()
    this.#store = options.weiPerMinute > 0n ? undefined : store
    this.#facts = facts
    this.#onFailed = onFailed
  }

  get before(): StoredBroadcast | undefined {
    return this.#before
  }

  /** Throws `EndedElsewhereError`. */
  async readAgain({ jobId }: StoredBroadcast): Promise<StoredBroadcast> {
    this.#before = await readAgain(jobId, this.#store)
    return this.#before
  }

  /** Stores the broadcast before its first segment, so that the page can go on with it after a reload. */
  async keep(posted: PostedJob, { cover, signal }: { cover: StoredBroadcast['cover']; signal: AbortSignal }) {
    if (!this.#store) return
    const { preset, offer } = this.#options
    this.#record = await keep(posted, {
      ...{ store: this.#store, stored: this.#before, videoBitrate: preset.videoBitrate, offer, cover },
      facts: this.#facts,
    })
    await this.#reserve(this.#before?.nextSequence ?? 0n)
    if (signal.aborted && !this.#before) this.forget()
    signal.throwIfAborted()
  }

  /** Whether a segment of the stream may be signed, so an early link to this stream is used up. */
  get isLinkUsed(): boolean {
    return this.#linkUsed !== undefined
  }

  /** Never rejects. If the number cannot be stored, the session fails, and the segment is never signed. */
  async reserve(sequenceNumber: bigint, streamId: StreamId.StreamId): Promise<void> {
    await this.#reserve(sequenceNumber, () => {
      // A page that found the key of the link again would begin at the sequence number 0.
      this.#linkUsed ??= removeEarly(streamId)
      return this.#linkUsed
    })
  }

  async #reserve(sequenceNumber: bigint, before = async () => {}): Promise<void> {
    try {
      await before()
      await this.#record?.reserve(sequenceNumber)
    } catch (cause) {
      this.#onFailed(new UnstoredError({ cause }))
      await new Promise<never>(() => undefined)
    }
  }

  forget(): void {
    this.#record?.forget().catch((error: Error) => log.fault(error))
  }
}
