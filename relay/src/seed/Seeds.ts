import { Hello, type StreamId, type typedData } from '@lp/contracts/protocol'
import type { Hex, PrivateKeyAccount } from 'viem'
import { logOf } from '../log'
import { joinStream, type MeshPayments } from '../mesh/joinStream'
import type { KeyDesk } from '../mesh/KeyTalk'
import type { Transport } from '../mesh/Transport'
import type { StreamRecord } from '../records/StreamRecord'
import type { Catalogue } from '../storage/Catalogue'
import type { PayloadStore } from '../storage/PayloadStore'
import { type SeedMetrics, StreamSeed } from './StreamSeed'

export type SeedsOptions = {
  /** The registered key of this relay. */
  signer: PrivateKeyAccount
  domain: typedData.Domain
  transport: Transport
  catalogue: Catalogue
  payloads: PayloadStore
  /** The tracker of this relay. */
  tracker: string
  /** The trackers of the other candidates of a job. Rejects when the chain does not answer. */
  otherTrackers(jobId: Hex): Promise<readonly string[]>
  metrics: SeedMetrics
  /** Default: this relay asks for no payment. */
  payments?: MeshPayments | undefined
  /** Answers viewers that buy the keys of paid streams. Default: this relay sells no keys. */
  keyDesk?: KeyDesk | undefined
  /** The operator does not serve this stream. Default: all streams are served. */
  isBlocked?(streamId: StreamId.StreamId): boolean
  /** The time that the relay stays in the mesh after the stream has ended or has become silent. Default 30 s. */
  lingerMs?: number | undefined
  onFault(error: Error): void
}

type Seed = {
  readonly jobId: Hex
  /** `undefined` while the relay joins the mesh. */
  stream: StreamSeed | undefined
  leaving?: ReturnType<typeof setTimeout> | undefined
}

const log = logOf('seed')

/** The relay looks for members until it has 8, and serves at most 16. These members pass the pieces on to other members. */
const wantedChannels = 8
const maxChannels = 16
/** A few WebRTC offers are enough, because most viewers connect with their own offers. */
const offers = 2
/** The memory for the newest segments of one stream, in bytes: about 20 s of a source at 4 Mbit/s with its renditions. */
const maxBytes = 16 * 1024 * 1024
/** Viewers need only one or two copies of a stream from this relay. The limit leaves bandwidth for the relay's other work, such as HTTP. */
const maxUploadBitsPerS = 32_000_000
/** In this time, viewers that are still playing get the last segments and the signed end. */
const defaultLingerMs = 30_000

/**
 * Makes this relay a member of the viewers' mesh of each stream while the stream is live, and for `lingerMs` after that. So playback
 * continues for viewers that cannot reach a relay over HTTP.
 */
export class Seeds {
  readonly #options: SeedsOptions
  readonly #seeds = new Map<StreamId.StreamId, Seed>()
  readonly #stop: () => void

  constructor(options: SeedsOptions) {
    this.#options = options
    this.#stop = options.catalogue.on('changed', (record) => this.#changed(record))
  }

  /** Leaves the meshes of all streams. */
  close(): void {
    this.#stop()
    for (const streamId of [...this.#seeds.keys()]) this.#leave(streamId)
  }

  /** Leaves the meshes of the streams that are blocked now. */
  look(): void {
    for (const streamId of [...this.#seeds.keys()]) if (this.#options.isBlocked?.(streamId)) this.#leave(streamId)
  }

  #changed(record: StreamRecord): void {
    const { streamId, jobId, state } = record
    const { lingerMs = defaultLingerMs, isBlocked } = this.#options
    if (isBlocked?.(streamId)) {
      this.#leave(streamId)
      return
    }
    // Another job has other candidates. So the relay leaves the mesh, and joins again with the trackers of these candidates.
    if (this.#seeds.get(streamId)?.jobId !== jobId) this.#leave(streamId)
    const seed = this.#seeds.get(streamId) ?? (state === 'live' ? this.#join(record) : undefined)
    if (!seed) return
    clearTimeout(seed.leaving)
    if (state !== 'live') seed.leaving = setTimeout(() => this.#leave(streamId), lingerMs)
    seed.stream?.tell(record)
  }

  #join({ streamId, jobId }: StreamRecord): Seed {
    const seed: Seed = { jobId, stream: undefined }
    this.#seeds.set(streamId, seed)
    const { otherTrackers, onFault } = this.#options
    otherTrackers(jobId)
      .catch((error: Error) => {
        onFault(error)
        return []
      })
      .then((others) => {
        if (this.#seeds.get(streamId) === seed) seed.stream = this.#open(streamId, others)
      })
    return seed
  }

  #open(streamId: StreamId.StreamId, others: readonly string[]): StreamSeed | undefined {
    const { signer, domain, transport, catalogue, tracker, payments, keyDesk } = this.#options
    const record = catalogue.record(streamId)
    if (!record) return undefined
    const mesh = joinStream({
      ...{ streamId, domain, transport, trackers: [tracker, ...others], wantedChannels, maxChannels, offers },
      signAsRelay: (hello) => Hello.sign(hello, signer, domain),
      pieces: { maxBytes },
      payments,
      // Only a paid stream has keys to sell.
      keyDesk: record.sale && keyDesk,
    })
    mesh.limitUploads(maxUploadBitsPerS)
    log.debug('joined the room of a stream', () => ({ streamId }))
    return new StreamSeed({ ...this.#options, mesh, record })
  }

  #leave(streamId: StreamId.StreamId): void {
    const seed = this.#seeds.get(streamId)
    clearTimeout(seed?.leaving)
    seed?.stream?.close()
    this.#seeds.delete(streamId)
  }
}
