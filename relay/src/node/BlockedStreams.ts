import type { Job, StreamId } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { logOf } from '../log'
import type { Catalogue } from '../storage/Catalogue'
import type { Blocklist } from './Blocklist'

const log = logOf('node')

export type BlockedStreamsOptions = {
  blocklist: Blocklist
  catalogue: Pick<Catalogue, 'records' | 'record' | 'sourceOf'>
  /** Reads from the chain who pays for a job. */
  broadcasterOf(jobId: Hex): Promise<Address>
  /** The blocklist has changed, and `isBlocked` has new answers. */
  onChange(): void
  onFault(error: Error): void
}

/** Which streams of the catalogue the blocklist names, by their ids or by their broadcasters. */
export class BlockedStreams {
  readonly #options: BlockedStreamsOptions
  /** The broadcasters of the known jobs. They never change. */
  readonly #broadcasters = new Map<Hex, Address>()
  readonly #stop: () => void

  constructor(options: BlockedStreamsOptions) {
    this.#options = options
    this.#stop = options.blocklist.on('changed', () => void this.#update())
  }

  /** Reads the broadcasters of the streams of earlier runs. */
  async start(): Promise<void> {
    await this.#update()
  }

  close(): void {
    this.#stop()
    this.#options.blocklist.close()
  }

  /** Whether the relay may work for this job. If not, says why in the log. */
  allows({ jobId, streamId, broadcaster }: Pick<Job.Job, 'jobId' | 'streamId' | 'broadcaster'>): boolean {
    this.#broadcasters.set(jobId, broadcaster)
    const reason = this.#options.blocklist.reasonFor({ streamId, broadcaster })
    if (reason) log.info('stream not carried', { jobId, streamId, broadcaster, reason })
    return reason === undefined
  }

  /** Whether the relay must not serve this source or rendition. */
  isBlocked(level: StreamId.StreamId): boolean {
    const { blocklist, catalogue } = this.#options
    const streamId = catalogue.sourceOf(level) ?? level
    const jobId = catalogue.record(streamId)?.jobId
    return blocklist.reasonFor({ streamId, broadcaster: jobId && this.#broadcasters.get(jobId) }) !== undefined
  }

  async #update(): Promise<void> {
    const { catalogue, broadcasterOf, onChange, onFault } = this.#options
    onChange()
    const unknown = catalogue.records().filter(({ jobId }) => !this.#broadcasters.has(jobId))
    for (const { jobId } of unknown)
      await broadcasterOf(jobId).then((address) => this.#broadcasters.set(jobId, address), onFault)
    if (unknown.length > 0) onChange()
  }
}
