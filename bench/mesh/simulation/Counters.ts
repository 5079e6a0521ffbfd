/** Why a viewer fetched a piece from a relay. */
export type Reason =
  /** The viewer owns the piece. */
  | 'owned'
  /** No neighbour had the piece when the turn of the viewer came. */
  | 'turn'
  /** The deadline of the piece was near. */
  | 'late'
  /** The piece was older than the membership of the viewer, and its deadline was near. */
  | 'first'

/** Sums over all viewers since the start of the run. */
export class Counters {
  originBytes = 0
  /** Bytes from the relays to attackers. No schedule can prevent them, so they are not part of the offload. */
  attackerBytes = 0
  /** The bytes from the relays to all other viewers, by reason. */
  readonly relayBytes: Record<Reason, number> = { owned: 0, turn: 0, late: 0, first: 0 }
  peerBytes = 0
  usefulBytes = 0
  duplicateBytes = 0
  badPieces = 0
  bans = 0
  stallMs = 0
  plans = 0
  /** How long the schedule ran on this machine, added up over every 64th plan. */
  planMs = 0
}

/** The state of the mesh at one moment, for a curve. Bytes are those of the last second. */
export type Sample = {
  readonly seconds: number
  readonly viewers: number
  readonly originBytes: number
  readonly peerBytes: number
  readonly usefulBytes: number
  /** Of the viewers that have started to play: the share whose playback waits for the next part of the stream now. */
  readonly stalled: number
  /** How far the viewers that have started to play are behind live. */
  readonly medianMs: number
  readonly p95Ms: number
}

/** 1 − bytes that the relays sent ÷ bytes that viewers needed and received. */
export const offloadOf = ({ originBytes, usefulBytes }: { originBytes: number; usefulBytes: number }): number =>
  1 - originBytes / Math.max(1, usefulBytes)
