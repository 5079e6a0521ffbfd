import { ProtocolError } from '@lp/contracts/protocol'
import type { Accounting, Piece } from './Accounting'
import { maxDataBytes } from './codec'
import type { Peer } from './Peer'
import type { Held, SegmentStore } from './SegmentStore'
import { hasUploadSlot } from './schedule'
import type { ShareMessage } from './shareMessages'
import type { UploadLimit } from './UploadLimit'

export type UploadsOptions = { store: SegmentStore; accounting: Accounting; limit: UploadLimit; onEnd(): void }

type Upload = { readonly peer: Peer; readonly requestId: number; readonly sinceMs: number; isOver: boolean }

/**
 * After this time we end an upload with `busy`, and another upload can start. No viewer of a live stream waits longer for a
 * segment.
 */
const maxUploadMs = 10_000

/** Answers the requests of peers: at most four at the same time, and each only as fast as the peer receives. */
export class Uploads {
  readonly #store: SegmentStore
  readonly #accounting: Accounting
  readonly #limit: UploadLimit
  readonly #onEnd: () => void
  readonly #active = new Set<Upload>()
  #sentBytes = 0

  /** `onEnd` is called after each upload: `sentBytes` may have changed. */
  constructor({ store, accounting, limit, onEnd }: UploadsOptions) {
    this.#store = store
    this.#accounting = accounting
    this.#limit = limit
    this.#onEnd = onEnd
  }

  /** Bytes of payloads that we sent to viewers. */
  get sentBytes(): number {
    return this.#sentBytes
  }

  /** Answers a request. Throws `RepeatedRequestError`. */
  request(peer: Peer, { requestId, ...place }: Omit<ShareMessage & { type: 'request' }, 'type'>) {
    if (this.#of(peer).some((upload) => upload.requestId === requestId)) throw new RepeatedRequestError({ requestId })
    const nowMs = performance.now()
    const held = this.#store.get(place)
    if (!held || this.#limit.isOff) return peer.send({ type: 'reject', requestId, reason: 'missing' })
    if (!this.#accounting.maySend(peer, pieceOf(held, 0)))
      return peer.send({ type: 'reject', requestId, reason: 'unpaid' })
    const sinceMs = [...this.#active].map((upload) => upload.sinceMs)
    if (!hasUploadSlot({ sinceMs, nowMs })) return peer.send({ type: 'reject', requestId, reason: 'busy' })
    const upload: Upload = { peer, requestId, sinceMs: nowMs, isOver: false }
    this.#active.add(upload)
    const timeout = setTimeout(() => {
      this.#end(upload)
      // After this message, the peer immediately asks another peer or the gateway. Without this message, the peer would wait for the
      // rest of the payload.
      peer.send({ type: 'reject', requestId, reason: 'busy' })
    }, maxUploadMs)
    // `#serve` rejects when the peer leaves. Then the upload ends, too.
    this.#serve(upload, held)
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(timeout)
        this.#end(upload)
        this.#onEnd()
      })
  }

  cancel(peer: Peer, requestId: number): void {
    for (const upload of this.#of(peer)) if (upload.requestId === requestId) this.#end(upload)
  }

  /** The peer has left: ends all uploads to this peer. */
  removePeer(peer: Peer): void {
    for (const upload of this.#of(peer)) this.#end(upload)
  }

  #of(peer: Peer): Upload[] {
    return [...this.#active].filter((upload) => upload.peer === peer)
  }

  #end(upload: Upload) {
    upload.isOver = true
    this.#active.delete(upload)
  }

  async #serve(upload: Upload, held: Held): Promise<void> {
    const { peer, requestId } = upload
    const { segment, data } = held
    peer.send({ type: 'header', requestId, segment, length: data.length })
    for (let offset = 0; offset < data.length; offset += maxDataBytes) {
      const piece = pieceOf(held, offset)
      await peer.ready()
      const mayUpload = await this.#limit.wait(piece.byteLength)
      if (upload.isOver || peer.closed) return
      if (!mayUpload) return peer.send({ type: 'reject', requestId, reason: 'missing' })
      if (!this.#accounting.maySend(peer, piece)) return peer.send({ type: 'reject', requestId, reason: 'unpaid' })
      peer.send({ type: 'data', requestId, offset, data: data.subarray(offset, offset + piece.byteLength) })
      this.#accounting.sent(peer, piece)
      if (peer.role === 'viewer') this.#sentBytes += piece.byteLength
    }
  }
}

const pieceOf = ({ segment: { streamId, sequenceNumber }, data }: Held, offset: number): Piece => {
  return { streamId, sequenceNumber, byteLength: Math.min(maxDataBytes, data.length - offset) }
}

export class RepeatedRequestError extends ProtocolError {
  override readonly name = 'Uploads.RepeatedRequestError'
  constructor({ requestId }: { requestId: number }) {
    super('The peer sent a request with the id of a request that is still open.', {
      details: [`Request: ${requestId}`],
    })
  }
}
