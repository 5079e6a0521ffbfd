import { ProtocolError } from '@lp/contracts/protocol'
import { TokenBucket } from '../TokenBucket'

/** An honest neighbour pushes few pieces that we already have or cannot check. */
const uselessPushes = { perSecond: 16, burst: 128 }
/** A viewer that changes the quality with each segment needs half of this rate. */
const newLevels = { perSecond: 1, burst: 16 }
/**
 * Even an honest neighbour declines some pieces that its `holds` named: it drops old segments, or stops its uploads while requests are
 * open.
 */
const brokenHolds = { perSecond: 0.5, burst: 16 }
/** Even an honest neighbour asks again for some pieces: it drops a piece that arrives before the signed header that covers the piece. */
const repeatedAsks = { perSecond: 2, burst: 64 }
/**
 * An honest neighbour sends the record when we meet, after a handover, and at the end of the stream. A relay also sends the record after
 * other changes of the record, at most once in 6 s.
 */
const records = { perSecond: 0.2, burst: 8 }
/** An honest neighbour tells its circle at most once in a second. */
const circles = { perSecond: 1.5, burst: 8 }

/** Limits how often a neighbour can cause work or uploads that are perhaps useless. */
export class Allowances {
  readonly #uselessPushes = new TokenBucket(uselessPushes)
  readonly #newLevels = new TokenBucket(newLevels)
  readonly #brokenHolds = new TokenBucket(brokenHolds)
  readonly #repeatedAsks = new TokenBucket(repeatedAsks)
  readonly #records = new TokenBucket(records)
  readonly #circles = new TokenBucket(circles)

  /** A pushed piece was of no use. Throws `UselessPushError` if this happens too often. */
  uselessPush(): void {
    if (!this.#uselessPushes.take(1)) throw new UselessPushError()
  }

  /** The neighbour follows more levels. We tell it all that we hold of these levels, so too many new levels throw `TooManyLevelsError`. */
  newLevels(count: number): void {
    if (!this.#newLevels.take(count)) throw new TooManyLevelsError()
  }

  /** The neighbour does not have a piece that its `holds` named. Throws `BrokenHoldsError` if this happens too often. */
  brokenHold(): void {
    if (!this.#brokenHolds.take(1)) throw new BrokenHoldsError()
  }

  /**
   * Whether we send a piece to the neighbour again, although we sent it to the neighbour before. Without a limit, a hostile neighbour could
   * use up our uplink with one piece.
   */
  repeatedAsk(): boolean {
    return this.#repeatedAsks.take(1)
  }

  /** The neighbour sent a record. The check of a record takes several milliseconds, so too many records throw `TooManyRecordsError`. */
  record(): void {
    if (!this.#records.take(1)) throw new TooManyRecordsError()
  }

  /** The neighbour told its circle. Each new circle changes the owners of pieces, so too many throw `TooManyCirclesError`. */
  circle(): void {
    if (!this.#circles.take(1)) throw new TooManyCirclesError()
  }
}

export class UselessPushError extends ProtocolError {
  override readonly name = 'Allowances.UselessPushError'
  constructor() {
    super('The peer sent too many pieces that we did not ask for and cannot use.')
  }
}

export class TooManyLevelsError extends ProtocolError {
  override readonly name = 'Allowances.TooManyLevelsError'
  constructor() {
    super('The peer followed too many new levels in a short time.')
  }
}

export class BrokenHoldsError extends ProtocolError {
  override readonly name = 'Allowances.BrokenHoldsError'
  constructor() {
    super('The peer said too often that it holds pieces that it does not have.')
  }
}

export class TooManyRecordsError extends ProtocolError {
  override readonly name = 'Allowances.TooManyRecordsError'
  constructor() {
    super('The peer sent the record of the stream too often.')
  }
}

export class TooManyCirclesError extends ProtocolError {
  override readonly name = 'Allowances.TooManyCirclesError'
  constructor() {
    super('The peer told its neighbours too often.')
  }
}
