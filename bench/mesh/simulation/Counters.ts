/** Sums over all viewers since the start of the run. */
export class Counters {
  originBytes = 0
  /** Bytes from the relays to attackers. No schedule can prevent them, so they are not part of the offload. */
  attackerBytes = 0
  /**
   * Pieces that viewers fetched from a relay late, and not immediately as owners: second copies, and the first pieces of new
   * viewers.
   */
  lateRelayPieces = 0
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

/** The state of a room at one moment, for a curve. Bytes are those of the last second. */
export type Sample = {
  readonly seconds: number
  readonly viewers: number
  readonly originBytes: number
  readonly peerBytes: number
  readonly usefulBytes: number
  /** The share of the viewers whose playback waits for the next part of the stream now. */
  readonly stalled: number
  readonly medianMs: number
  readonly p95Ms: number
}

/** 1 − bytes that left the relays ÷ bytes that arrived. */
export const offloadOf = ({ originBytes, usefulBytes }: { originBytes: number; usefulBytes: number }): number =>
  1 - originBytes / Math.max(1, usefulBytes)
