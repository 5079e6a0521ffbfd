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
  /** It says that it holds something more. */
  have: []
  /** All bytes are here, to be checked. */
  complete: [download: Download]
  reject: [download: Download, reason: RejectReason]
  /** It asks us. */
  request: [request: Request]
  cancel: [requestId: number]
  /** Bytes of an answer arrived, also of one that we cancelled. */
  piece: [piece: Piece]
  payment: [payment: Uint8Array]
}

/** So many requests in a row without a word, and the peer is worth nothing. */
const maxUnanswered = 5
/** Answers that we cancelled, of which bytes may still be on their way. */
const maxDropped = 32

/** What we know of one peer, and what we have asked it for. Whoever breaks a rule is cut off, with the rule as the reason. */
export class Neighbour extends Emitter<NeighbourEvents> {
  readonly peer: Peer
  readonly holdings = new Holdings()
  readonly throughput = new Throughput()
  readonly #nowMs: () => number
  /** By request id; dropped ones stay until they have ended, or too many came after them. */
  readonly #downloads = new Map<number, Download>()
  /** The peer rejected a request as `unpaid`: the mesh does not ask it until `Accounting` says so. */
  isUnpaid = false
  #requests = 0
  #unanswered = 0

  constructor(peer: Peer, { nowMs }: { nowMs: () => number }) {
    super()
    this.peer = peer
    this.#nowMs = nowMs
  }

  /** Begins to hear the peer; what it has said meanwhile comes at once. */
  listen(): void {
    this.peer.on('message', (message) => {
      try {
        this.#receive(message)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        this.peer.close(error)
      }
    })
  }

  /** Answers that are under way and wanted. */
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

  /** The answer is no longer wanted; what came of it tells how fast the peer is. */
  cancel(download: Download): void {
    if (this.#downloads.get(download.requestId) !== download || download.isDropped) return
    this.#measure(download)
    download.drop()
    this.peer.send({ type: 'cancel', requestId: download.requestId })
    const dropped = [...this.#downloads.values()].filter(({ isDropped }) => isDropped)
    const [oldest] = dropped
    if (oldest && dropped.length > maxDropped) this.#downloads.delete(oldest.requestId)
  }

  /** Nothing was heard in time. */
  giveUp(download: Download): void {
    this.cancel(download)
    if (++this.#unanswered >= maxUnanswered) this.peer.close(new UnresponsiveError({ requests: this.#unanswered }))
  }

  #receive(message: Message) {
    switch (message.type) {
      case 'have':
        this.holdings.hear(message)
        return this.emit('have')
      case 'request':
        return this.emit('request', message)
      case 'cancel':
        return this.emit('cancel', message.requestId)
      case 'header': {
        const download = this.#asked(message)
        download.header(message.segment, message.length)
        this.#hear(download)
        return this.#advance(download)
      }
      case 'data': {
        const download = this.#asked(message)
        download.data(message.offset, message.data)
        const { streamId, sequenceNumber } = download.segment
        this.emit('piece', { streamId, sequenceNumber, byteLength: message.data.length })
        return this.#advance(download)
      }
      case 'reject': {
        const download = this.#asked(message)
        this.#downloads.delete(message.requestId)
        this.#hear(download)
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

  #asked({ type, requestId }: { type: Message['type']; requestId: number }): Download {
    const download = this.#downloads.get(requestId)
    if (!download) throw new UnaskedError({ type })
    return download
  }

  #hear(download: Download): void {
    this.#unanswered = 0
    download.answeredMs ??= this.#nowMs()
  }

  #advance(download: Download): void {
    if (!download.isComplete) return
    this.#downloads.delete(download.requestId)
    if (download.isDropped) return
    this.#measure(download)
    this.emit('complete', download)
  }

  #measure({ receivedBytes: bytes, askedMs }: Download): void {
    // Silence is counted, not measured: a word may still come.
    if (bytes === 0) return
    const nowMs = this.#nowMs()
    this.throughput.sample({ bytes, elapsedMs: nowMs - askedMs, nowMs })
  }
}

export class UnaskedError extends ProtocolError {
  override readonly name = 'Neighbour.UnaskedError'
  constructor({ type }: { type: Message['type'] }) {
    super('The peer said something that nobody had asked for.', { details: [`Received: ${type}`] })
  }
}

export class UnresponsiveError extends ProtocolError {
  override readonly name = 'Neighbour.UnresponsiveError'
  constructor({ requests }: { requests: number }) {
    super('The peer says what it has, and does not give it.', { details: [`Requests without an answer: ${requests}`] })
  }
}
