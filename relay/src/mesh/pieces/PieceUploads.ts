import { PieceTree } from '@lp/contracts/protocol'
import type { Accounting } from '../Accounting'
import type { PieceMessage } from '../pieceMessages'
import type { Place } from '../SegmentStore'
import type { RejectReason } from '../shareMessages'
import type { UploadLimit } from '../UploadLimit'
import { Drains } from './Drains'
import type { PieceNeighbour } from './PieceNeighbour'
import { endOf } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'
import { bytesBefore, mayQueue, nextUpload, type Tier, type Waiting } from './serve'
import { Uplink } from './Uplink'

export type PieceUploadsOptions = {
  accounting: Accounting
  limit: UploadLimit
  /** Whether we give this piece to one more neighbour. `queued`: the number of waiting uploads of this piece. */
  mayGive(place: Place, index: number, upload: { queued: number; withinMs: number }): boolean
  onSent(): void
}

type Ask = Omit<Extract<PieceMessage, { type: 'ask' }>, 'type'>

type Upload = Waiting & {
  readonly to: PieceNeighbour
  readonly segment: SegmentPieces
  /** 0 for a push. */
  readonly requestId: number
  readonly length: number
  readonly index: number
  readonly offset: number
}

/**
 * The largest number of uploads that wait for one neighbour. An honest viewer has at most 8 open requests to a viewer, or 16 to a relay,
 * and gets some pushes.
 */
const maxQueuedPerNeighbour = 64
/** While a channel has this many queued bytes, the next upload through this channel waits. So a more urgent upload can go first. */
const maxBufferedBytes = 48 * 1024
/**
 * The limit for the queues of all channels together is the larger of two values: the bytes that the uplink sends in this time, and
 * `leastBufferedBytes`.
 */
const bufferedMs = 250
const leastBufferedBytes = 32 * 1024
/**
 * A neighbour of tier 2 gets a piece only if `UploadLimit` also allows two more pieces. So a neighbour of tier 0 or 1 does not have to wait
 * for this piece.
 */
const spareBytes = 2 * PieceTree.pieceBytes
const lookAgainMs = 10
/** No viewer of a live stream waits for a piece longer than this. */
const maxWithinMs = 10_000

/**
 * Sends pieces to neighbours: the answers to their requests, and the pieces that we push. All uploads wait in one queue. The most urgent
 * upload goes first.
 */
export class PieceUploads {
  readonly uplink = new Uplink()
  readonly #accounting: Accounting
  readonly #limit: UploadLimit
  readonly #mayGive: PieceUploadsOptions['mayGive']
  readonly #onSent: () => void
  readonly #drains = new Drains()
  readonly #queue: Upload[] = []
  #sentBytes = 0
  #isRunning = false

  /** `onSent` is called after each sent piece: `sentBytes` may have changed. */
  constructor({ accounting, limit, mayGive, onSent }: PieceUploadsOptions) {
    this.#accounting = accounting
    this.#limit = limit
    this.#mayGive = mayGive
    this.#onSent = onSent
  }

  /** Bytes of pieces that we sent to viewers. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  /** Answers a request. `segment`: `undefined` if we do not know the segment. */
  answer(to: PieceNeighbour, ask: Ask, segment: SegmentPieces | undefined) {
    const { requestId, length, index, offset } = ask
    const decline = (reason: RejectReason) => to.peer.send({ type: 'decline', requestId, reason })
    const end = endOf(index, length)
    if (this.#limit.isOff || !segment || offset >= end || segment.heldOf(index) < end) return decline('missing')
    const nowMs = performance.now()
    const isRepeated = to.sentPieces.endOf(segment.place, index) >= end
    if (this.#drains.isStuck(to.peer, nowMs) || (isRepeated && !to.allowances.repeatedAsk())) return decline('busy')
    const deadlineMs = nowMs + Math.min(ask.withinMs, maxWithinMs)
    const upload = { ...{ to, segment, requestId, length, index, offset, deadlineMs }, copies: 0 }
    if (!this.#mayPay(upload, end - offset)) return decline('unpaid')
    const state = { queuedBytes: this.#bytesBefore(to.tier), bytesPerMs: this.#bytesPerMs, nowMs }
    const isFull = this.#queue.filter((upload) => upload.to === to).length >= maxQueuedPerNeighbour
    const { withinMs } = ask
    const mayGive = this.#mayGive(segment.place, index, { queued: this.#queued(segment, index), withinMs })
    if (isFull || !mayGive) return decline('busy')
    if (!mayQueue({ byteLength: end - offset, deadlineMs }, state)) {
      this.uplink.refused()
      return decline('busy')
    }
    this.#enqueue({ ...upload, byteLength: end - offset })
  }

  /** Queues a piece that the neighbour did not ask for. `copies`: the number of neighbours that hold the piece. */
  push(upload: Pick<Upload, 'to' | 'segment' | 'length' | 'index' | 'offset' | 'deadlineMs' | 'copies'>): void {
    const { to, segment, index, length, offset } = upload
    const byteLength = endOf(index, length) - offset
    if (this.#limit.isOff || byteLength <= 0 || !this.#mayPay(upload, byteLength)) return
    if (this.#queue.filter((queued) => queued.to === to).length >= maxQueuedPerNeighbour) return
    const [queued, withinMs] = [this.#queued(segment, index), Number.POSITIVE_INFINITY]
    if (!this.#mayGive(segment.place, index, { queued, withinMs })) return
    this.#enqueue({ ...upload, requestId: 0, byteLength })
  }

  /** The neighbour no longer wants the answer. */
  withdraw(to: PieceNeighbour, requestId: number): void {
    this.#drop((upload) => upload.to === to && upload.requestId === requestId)
  }

  /** The neighbour has left. */
  remove(to: PieceNeighbour): void {
    this.#drains.remove(to.peer)
    this.#drop((upload) => upload.to === to)
  }

  /** Declines the waiting requests if uploads are off now. */
  limitChanged(): void {
    if (!this.#limit.isOff) return
    for (const { to, requestId } of this.#queue)
      if (requestId) to.peer.send({ type: 'decline', requestId, reason: 'missing' })
    this.#drop(() => true)
  }

  #queued(segment: SegmentPieces, index: number): number {
    return this.#queue.filter((upload) => upload.segment === segment && upload.index === index).length
  }

  get #bytesPerMs(): number {
    return Math.min(this.uplink.bytesPerMs, this.#limit.bytesPerMs)
  }

  #bytesBefore(tier: Tier): number {
    return bytesBefore(this.#queue, tier) + this.#bufferedBytes
  }

  get #bufferedBytes(): number {
    return this.#drains.bufferedBytes(performance.now())
  }

  #mayPay({ to, segment }: Pick<Upload, 'to' | 'segment'>, byteLength: number): boolean {
    return this.#accounting.maySend(to.peer, { ...segment.place, byteLength })
  }

  #enqueue(upload: Omit<Upload, 'tier'>): void {
    const { to } = upload
    // The tier of the neighbour can change while the upload waits.
    this.#queue.push({
      ...upload,
      get tier() {
        return to.tier
      },
    })
    if (!this.#isRunning) void this.#run()
  }

  #drop(isDropped: (upload: Upload) => boolean): void {
    for (let at = this.#queue.length - 1; at >= 0; at--) if (isDropped(this.#queue[at] as Upload)) this.#takeAt(at)
  }

  /** Declines the requests of the neighbours that do not read, and drops the pushes to them. So they do not delay other uploads. */
  #dropStuck(nowMs: number): void {
    this.#drop(({ to, requestId }) => {
      if (!this.#drains.isStuck(to.peer, nowMs)) return false
      if (requestId) to.peer.send({ type: 'decline', requestId, reason: 'busy' })
      return true
    })
  }

  #takeAt(at: number): Upload {
    const [upload] = this.#queue.splice(at, 1) as [Upload]
    return upload
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queue.length > 0) {
      this.#dropStuck(performance.now())
      const limit = Math.max(leastBufferedBytes, this.uplink.bytesPerMs * bufferedMs)
      const able = this.#queue.filter(({ to }) => to.peer.channel.bufferedAmount < maxBufferedBytes)
      const at = this.#bufferedBytes < limit ? nextUpload(able) : undefined
      if (at === undefined) {
        this.uplink.full(performance.now(), this.#bufferedBytes)
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
        continue
      }
      const next = able[at] as Upload
      if (!this.#limit.take(next.byteLength, next.tier === 2 ? spareBytes : 0)) {
        this.uplink.limited()
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
        continue
      }
      await this.#send(this.#takeAt(this.#queue.indexOf(next)))
    }
    this.uplink.idle(performance.now(), this.#bufferedBytes)
    this.#isRunning = false
  }

  async #send({ to, segment, requestId, length, index, deadlineMs, ...upload }: Upload): Promise<void> {
    const nowMs = performance.now()
    const decline = (reason: RejectReason) => requestId && to.peer.send({ type: 'decline', requestId, reason })
    const end = endOf(index, length)
    // The receiver can check only bytes that follow the bytes that it holds. So a push must not leave a gap after these bytes.
    const offset = requestId === 0 ? Math.min(upload.offset, to.endOf(segment.place, index)) : upload.offset
    // By now, the receiver may have got the pushed piece from another neighbour.
    if (to.peer.closed || (requestId === 0 && (deadlineMs < nowMs || to.endOf(segment.place, index) >= end))) return
    if (deadlineMs < nowMs) return void decline('busy')
    const path = await segment.prove(index, length)
    const start = index * PieceTree.pieceBytes
    const data = segment.read(start + offset, start + end)
    if (!path || !data) return void decline('missing')
    const piece = { ...segment.place, byteLength: data.length }
    if (!this.#accounting.maySend(to.peer, piece)) return void decline('unpaid')
    this.#drains.sends(to.peer, data.length, nowMs)
    to.peer.send({ type: 'piece', requestId, ...segment.place, length, index, offset, path, data })
    this.#accounting.sent(to.peer, piece)
    to.sentPieces.add(segment.place, { length, pieces: [index], nowMs })
    this.uplink.sent(data.length, nowMs)
    to.bytesTo += data.length
    to.totalBytesTo += data.length
    if (!to.isRelay) this.#sentBytes += data.length
    this.#onSent()
  }
}
