import type { Acceptance, Assignment, StreamEnd, StreamId, TranscodingOptions } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'

/**
 * A relay's record of a source stream: its transcoder and its job. A reader trusts only what the origin's signed Assignment
 * confirms, and trusts `options` only if the job on chain commits to them.
 */
export type StreamRecord = {
  streamId: StreamId.StreamId
  jobId: Hex
  transcoder: Address
  options: TranscodingOptions.TranscodingOptions
  acceptance: Acceptance.Acceptance
  assignment: Assignment.Assignment
  /** As probed in the newest source segment; `undefined` before the first segment. */
  source: Source | undefined
  renditions: readonly Rendition[]
  /** `silent`: no segment for 10 s; a later segment makes it live again. */
  state: 'live' | 'silent' | 'ended'
  end: StreamEnd.StreamEnd | undefined
}

export type Source = {
  /** Pixels; 0 without video. */
  width: number
  height: number
  hasVideo: boolean
  hasAudio: boolean
  /** RFC 6381, for the master playlist: `avc1.42c01f,mp4a.40.2`. */
  codecs: string
}

export type Rendition = {
  /** `StreamId.rendition` of the assignment's rendition key. */
  streamId: StreamId.StreamId
  width: number
  height: number
  /** Target, bit/s. */
  bitrate: number
}

/** Whether two records have one assignment. If not, the work was handed over, or a further job began. */
export const isSameAssignment = ({ assignment: a }: StreamRecord, { assignment: b }: StreamRecord): boolean =>
  a.jobId === b.jobId &&
  a.transcoder === b.transcoder &&
  a.renditionKey === b.renditionKey &&
  a.fromSequence === b.fromSequence

/** Whether a decoder can continue from one source to the other without a restart. */
export const looksAlike = (a: Source, b: Source): boolean =>
  a.width === b.width &&
  a.height === b.height &&
  a.codecs === b.codecs &&
  a.hasVideo === b.hasVideo &&
  a.hasAudio === b.hasAudio
