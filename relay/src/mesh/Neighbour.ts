import { ProtocolError, type Segment } from '@lp/contracts/protocol'
import type { Piece } from './Accounting'
import { Download } from './Download'
import { Emitter } from './Emitter'
import { Holdings } from './Holdings'
import type { Peer } from './Peer'
import type { RejectReason, ShareMessage } from './shareMessages'
import { Throughput } from './Throughput'
import type { Message } from './wire'

type Request = Omit<ShareMessage & { type: 'request' }, 'type'>

type NeighbourEvents = {
  /** The peer sent HAVE, and `holdings` has changed. */
  have: []
  /** All bytes of the answer have arrived. They are not checked yet. */
  complete: [download: Download]
  reject: [download: Download, reason: RejectReason]
  /** The peer asks us for a segment. */
  request: [request: Request]
  cancel: [requestId: number]
  /** A `data` message of an answer arrived, even if we have cancelled the request. */
  piece: [piece: Piece]
  payment: [payment: Uint8Array]
}

/** We close the channel after this many consecutive requests without an answer. */
const maxUnanswered = 5
/** We remember this many cancelled requests, because messages of their answers can still arrive. */
const maxDropped = 32

/** The facts that we know about one peer, and our requests to it. Closes the channel if the peer breaks a rule. */
export class Neighbour extends Emitter<NeighbourEvents> {
  readonly peer: Peer
  readonly holdings = new Holdings()
  readonly throughput = new Throughput()
  readonly #nowMs: () => number
  /**
   * The keys are the request ids. A cancelled download stays until its answer ends or `maxDropped` later downloads are
   * cancelled.
   */
  readonly #downloads = new Map<number, Download>()
  /** The peer rejected a request as `unpaid`. The mesh sends no request to this peer until `Accounting` calls `askAgain`. */
  isUnpaid = false
  #requests = 0
  #unanswered = 0

  constructor(peer: Peer, { nowMs }: { nowMs: () => number }) {
    super()
    this.peer = peer
    this.#nowMs = nowMs
  }

  /** Handles a message of the peer. */
  receive(message: Message): void {
    try {
      this.#receive(message)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.peer.close(error)
    }
  }

  /** The number of requests without a complete answer, except cancelled requests. */
  get pending(): number {
    return [...this.#downloads.values()].filter(({ isDropped }) => !isDropped).length
  }

  ask(segment: Segment.Header): Download {
    const { streamId, sequenceNumber } = segment
    const requestId = this.#requests++ >>> 0
    const download = new Download({ requestId, segment, askedMs: this.#nowMs() })
    this.#downloads.set(requestId, download)
    this.peer.send({ type: 'request', requestId, streamId, sequenceNumber })
    return download
  }

  /** Cancels the request. The bytes that have arrived count for the throughput. */
  cancel(download: Download): void {
    if (this.#downloads.get(download.requestId) !== download || download.isDropped) return
    this.#measure(download)
    download.drop()
    this.peer.send({ type: 'cancel', requestId: download.requestId })
    const dropped = [...this.#downloads.values()].filter(({ isDropped }) => isDropped)
    const [oldest] = dropped
    if (oldest && dropped.length > maxDropped) this.#downloads.delete(oldest.requestId)
  }

  /** Cancels a request that the peer did not answer in time. */
  timeOut(download: Download): void {
    this.cancel(download)
    if (++this.#unanswered >= maxUnanswered) this.peer.close(new UnresponsiveError({ requests: this.#unanswered }))
  }

  #receive(message: Message) {
    switch (message.type) {
      case 'have':
        this.holdings.update(message)
        return this.emit('have')
      case 'request':
        return this.emit('request', message)
      case 'cancel':
        return this.emit('cancel', message.requestId)
      case 'header': {
        const download = this.#downloadOf(message)
        download.header(message.segment, message.length)
        this.#markAnswered(download)
        return this.#finishIfComplete(download)
      }
      case 'data': {
        const download = this.#downloadOf(message)
        download.data(message.offset, message.data)
        const { streamId, sequenceNumber } = download.segment
        this.emit('piece', { streamId, sequenceNumber, byteLength: message.data.length })
        return this.#finishIfComplete(download)
      }
      case 'reject': {
        const download = this.#downloadOf(message)
        this.#downloads.delete(message.requestId)
        this.#markAnswered(download)
        if (message.reason === 'missing') this.holdings.remove(download.segment)
        if (message.reason === 'unpaid') this.isUnpaid = true
        if (!download.isDropped) this.emit('reject', download, message.reason)
        return
      }
      case 'payment':
        return this.emit('payment', message.payment)
      default:
        throw new UnaskedError({ type: message.type })
    }
  }

  #downloadOf({ type, requestId }: { type: Message['type']; requestId: number }): Download {
    const download = this.#downloads.get(requestId)
    if (!download) throw new UnaskedError({ type })
    return download
  }

  #markAnswered(download: Download): void {
    this.#unanswered = 0
    download.answeredMs ??= this.#nowMs()
  }

  #finishIfComplete(download: Download): void {
    if (!download.isComplete) return
    this.#downloads.delete(download.requestId)
    if (download.isDropped) return
    this.#measure(download)
    this.emit('complete', download)
  }

  #measure({ receivedBytes: bytes, askedMs }: Download): void {
    // Without a received byte, there is no throughput to measure. `timeOut` counts the requests without an answer.
    if (bytes === 0) return
    const nowMs = this.#nowMs()
    this.throughput.sample({ bytes, elapsedMs: nowMs - askedMs, nowMs })
  }
}

export class UnaskedError extends ProtocolError {
  override readonly name = 'Neighbour.UnaskedError'
  constructor({ type }: { type: Message['type'] }) {
    super('The peer sent a message that answers none of our requests.', { details: [`Received: ${type}`] })
  }
}

export class UnresponsiveError extends ProtocolError {
  override readonly name = 'Neighbour.UnresponsiveError'
  constructor({ requests }: { requests: number }) {
    super('The peer offers segments and does not answer requests.', {
      details: [`Requests without an answer: ${requests}`],
    })
  }
}
