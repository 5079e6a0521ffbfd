import type { Address } from 'viem'

/** `searching`: no candidate has taken the job yet. `interrupted`: the assigned one is gone; segments wait. */
export type Phase = 'searching' | 'assigned' | 'interrupted' | 'ended'

export type Progress = {
  phase: Phase
  transcoder: Address | undefined
  /** Segments complete on the wire, acknowledged, refused by the transcoder, and lost for want of one. */
  sent: number
  acknowledged: number
  refused: number
  dropped: number
  /** Segments that wait for their acknowledgement, the one being recorded included. */
  unsettled: number
  /** Of those acknowledged: by one from whom a replaced block has taken the draw, so that nobody can ask to be paid for them. */
  orphaned: number
  /** Milliseconds of video behind the rest of `acknowledged`: what a transcoder can ask to be paid for. */
  acknowledgedMs: number
  /** The transcoder's last, until it has acknowledged some segments in a row. */
  refusal: { code: string; message: string } | undefined
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
