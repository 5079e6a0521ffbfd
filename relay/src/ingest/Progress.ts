import type { Address } from 'viem'

/** `searching`: no transcoder is assigned yet. `interrupted`: the assigned transcoder has left, and segments wait. */
export type Phase = 'searching' | 'assigned' | 'interrupted' | 'ended'

export type Progress = {
  phase: Phase
  transcoder: Address | undefined
  /** Segments that were sent completely. */
  sent: number
  /** Segments that a transcoder acknowledged. */
  acknowledged: number
  /** Segments that a transcoder refused. */
  refused: number
  /** Segments that were lost because no transcoder acknowledged them in time. */
  dropped: number
  /** Segments that wait for their acknowledgement, including the segment that is being recorded. */
  unsettled: number
  /** Acknowledged segments that no transcoder can claim, because a reorganisation has changed the draw. */
  orphaned: number
  /** Milliseconds of video in the acknowledged segments that their transcoder can claim. */
  acknowledgedMs: number
  /**
   * The last refusal. `undefined` after five acknowledged segments in a row, and when a transcoder is assigned. `isOfStream`: the
   * transcoder refused the whole stream, not only a single segment.
   */
  refusal: { code: string; message: string; isOfStream: boolean } | undefined
}

export const noProgress: Progress = {
  phase: 'searching',
  transcoder: undefined,
  sent: 0,
  acknowledged: 0,
  refused: 0,
  dropped: 0,
  unsettled: 0,
  orphaned: 0,
  acknowledgedMs: 0,
  refusal: undefined,
}
