import { ProtocolError, type StreamId } from '@lp/contracts/protocol'
import { logOf } from '../log'
import { isContradiction } from '../mesh/pieces/contradiction'
import type { Header, Sharing } from '../mesh/pieces/Sharing'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'

const log = logOf('seed')

export type LevelSeedOptions = {
  streamId: StreamId.StreamId
  catalogue: Catalogue
  payloads: PayloadStore
  pieces: Sharing
  onFault(error: Error): void
}

/** The number of complete segments that a new viewer needs, because it starts a few seconds behind the newest picture. */
const maxBacklog = 3

/** Gives the segments and parts of one level to the mesh, in the order in which the relay publishes them. */
export class LevelSeed {
  readonly #options: LevelSeedOptions
  #given = -1n
  #isRunning = false
  #isNews = false

  constructor(options: LevelSeedOptions) {
    this.#options = options
  }

  /** Gives the parts and segments that were published since the last call, but at most the newest `maxBacklog` complete segments. */
  async give(): Promise<void> {
    this.#isNews = true
    if (this.#isRunning) return
    this.#isRunning = true
    while (this.#isNews) {
      this.#isNews = false
      await this.#giveNew().catch((error: Error) => this.#failed(error))
    }
    this.#isRunning = false
  }

  async #giveNew(): Promise<void> {
    const { catalogue, payloads, streamId } = this.#options
    for (const { byteLength: length, ...segment } of catalogue.latest(streamId, maxBacklog)) {
      if (segment.sequenceNumber <= this.#given) continue
      this.#given = segment.sequenceNumber
      await this.#offer({ segment, length }, length, () => payloads.read(segment.dataHash))
    }
    const open = catalogue.openSegment(streamId)
    if (!open || open.sequenceNumber <= this.#given) return
    const { parts, bytes } = open
    for (const part of parts) await this.#offer({ part }, part.length, () => bytes)
  }

  /** `read` returns at least the first `length` bytes of the segment. It is called only if the mesh does not hold all these bytes. */
  async #offer(
    header: Header,
    length: number,
    read: () => Uint8Array | undefined | Promise<Uint8Array | undefined>,
  ): Promise<void> {
    const { pieces } = this.#options
    pieces.know(header)
    const held = pieces.segment('part' in header ? header.part : header.segment)?.heldLength ?? 0
    const bytes = held < length ? await read() : undefined
    if (bytes) await pieces.offer(header, bytes.subarray(held, length))
  }

  #failed(error: Error): void {
    // The key of the level has signed two different contents of one segment. Viewers refuse such a level.
    if (error instanceof ProtocolError && isContradiction(error))
      log.debug('the key of a level contradicts itself', () => ({ error: error.message }))
    else this.#options.onFault(error)
  }
}
