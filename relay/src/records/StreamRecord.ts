import type {
  Acceptance,
  Assignment,
  StreamCover,
  StreamEnd,
  StreamId,
  TranscodingOptions,
} from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { Sale } from './Sale'

/**
 * A relay's record of a source stream: the stream's transcoder and job. A reader trusts only the fields that the Assignment
 * confirms, because the stream key has signed the Assignment. A reader trusts `options` only if the job on chain commits to
 * these options.
 */
export type StreamRecord = {
  streamId: StreamId.StreamId
  jobId: Hex
  transcoder: Address
  options: TranscodingOptions.TranscodingOptions
  acceptance: Acceptance.Acceptance
  assignment: Assignment.Assignment
  /** The properties of the newest source segment; `undefined` before the first segment. */
  source: Source | undefined
  /** In a paid stream, the StreamIds of the renditions are those of the sealed renditions. */
  renditions: readonly Rendition[]
  /** Only a paid stream has a sale. */
  sale?: Sale | undefined
  /** The title and the poster. `undefined`: the broadcaster has chosen none. A reader checks its signature. */
  cover?: StreamCover.StreamCover | undefined
  /** `silent`: no source segment has arrived for 30 s. The next source segment makes the stream `live` again. */
  state: 'live' | 'silent' | 'ended'
  end: StreamEnd.StreamEnd | undefined
}

export type Source = {
  /** In pixels; 0 when the stream has no video. */
  width: number
  height: number
  hasVideo: boolean
  hasAudio: boolean
  /** In the form of RFC 6381, for the master playlist; for example `avc1.42c01f,mp4a.40.2`. */
  codecs: string
}

export type Rendition = {
  /** `StreamId.rendition` computes this id from the Assignment's rendition key. */
  streamId: StreamId.StreamId
  width: number
  height: number
  /** Target bit rate, in bit/s. */
  bitrate: number
}

/** Whether two records have the same Assignment. If not, there was a handover, or the next job of the stream has begun. */
export const isSameAssignment = ({ assignment: a }: StreamRecord, { assignment: b }: StreamRecord): boolean =>
  a.jobId === b.jobId &&
  a.transcoder === b.transcoder &&
  a.renditionKey === b.renditionKey &&
  a.fromSequence === b.fromSequence

/** Whether a decoder can play segments of source `b` after segments of source `a` without a restart. */
export const looksAlike = (a: Source, b: Source): boolean =>
  a.width === b.width &&
  a.height === b.height &&
  a.codecs === b.codecs &&
  a.hasVideo === b.hasVideo &&
  a.hasAudio === b.hasAudio
