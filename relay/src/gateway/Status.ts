import type { StreamId } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { levels } from '../playlist/levels'
import type { Catalogue } from '../storage/Catalogue'
import type { StreamRecord } from '../storage/StreamRecord'

/** What the operator and everybody else may know of this relay: `GET /status`. The gateway adds the streams. */
export type Status = {
  version: string
  /** The relay's registered key; `undefined` when it has none. */
  address: Address | undefined
  roles: readonly string[]
  chain: {
    id: number
    jobsManager: Address
    /** The newest that was seen; `undefined` while the chain is away. */
    block: bigint | undefined
  }
  /** `undefined` for a relay that does not transcode. */
  ffmpeg: { engine: string; sandbox: string } | undefined
}

export type StreamStatus = {
  streamId: StreamId.StreamId
  state: StreamRecord['state']
  /** Segments published, by level: `{ source: 30, "480p": 30 }`. */
  segments: Record<string, number>
}

export const streamStatuses = (catalogue: Catalogue): StreamStatus[] =>
  catalogue.records().map((record) => ({
    streamId: record.streamId,
    state: record.state,
    segments: Object.fromEntries(levels(record).map(({ name, streamId }) => [name, catalogue.count(streamId)])),
  }))
