import { maxRecordBytes } from '../mesh/pieceMessages'
import type { Sharing } from '../mesh/pieces/Sharing'
import * as json from '../records/json'
import type { StreamRecord } from '../records/StreamRecord'
import type { Follower } from './Follower'

/** The largest number of records that wait for their check: as many as a viewer can have neighbours. */
const maxWaiting = 16

/**
 * Exchanges the record of the stream with other viewers. So a viewer can learn of a handover and of the end of the stream without a relay.
 */
export class RecordExchange {
  readonly #sharing: Sharing
  readonly #follower: Follower
  readonly #refuse: (error: unknown) => void
  #told: StreamRecord | undefined
  /** The newest records that wait for their check, oldest first. */
  readonly #waiting: Uint8Array[] = []
  #isChecking = false

  constructor(sharing: Sharing, follower: Follower, refuse: (error: unknown) => void) {
    this.#sharing = sharing
    this.#follower = follower
    this.#refuse = refuse
    sharing.on('record', (bytes) => {
      this.#waiting.push(bytes)
      if (this.#waiting.length > maxWaiting) this.#waiting.shift()
      if (!this.#isChecking) void this.#check()
    })
    this.tell()
  }

  /** Tells our record to the other viewers if it has changed. */
  tell(): void {
    const { record } = this.#follower.newest
    if (!record || record === this.#told) return
    this.#told = record
    const bytes = new TextEncoder().encode(json.encode(record))
    if (bytes.length <= maxRecordBytes) this.#sharing.tellRecord(bytes)
  }

  /** Checks one record after the other, because each check takes several milliseconds. */
  async #check(): Promise<void> {
    this.#isChecking = true
    for (let bytes = this.#waiting.shift(); bytes; bytes = this.#waiting.shift())
      try {
        await this.#follower.learnRecord(json.decodeRecord(json.parse(new TextDecoder().decode(bytes))))
      } catch (error) {
        this.#refuse(error)
      }
    this.#isChecking = false
  }
}
