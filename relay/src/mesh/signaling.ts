import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Emitter } from './Emitter'
import { type Announce, format, parse, type TrackerMessage } from './trackerMessage'

/** The part of a browser's WebSocket that we use; `ws` has it too. */
export type WebSocketLike = {
  readonly readyState: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}
export type WebSocketConstructor = new (url: string) => WebSocketLike

type SignalingEvents = {
  /** Connected: time to announce. `again` after a break. */
  up: []
  /** Not connected; tries again by itself. */
  down: [error: UnreachableError]
  message: [message: TrackerMessage]
  /** The tracker said something of no known form. */
  fault: [error: ProtocolError]
}

export type SignalingOptions = {
  url: string
  infoHash: Hex
  peerId: Hex
  WebSocket: WebSocketConstructor
}

const open = 1
const firstDelayMs = 500
const maxDelayMs = 30_000
/** A tracker that leaves an announce unanswered for so long is gone, whatever the socket says. */
const answerTimeoutMs = 15_000

/** One WebTorrent tracker, as seen from one room. It may come and go; the channels that it made do not need it. */
export class Signaling extends Emitter<SignalingEvents> {
  readonly #options: SignalingOptions
  #socket: WebSocketLike | undefined
  #delayMs = firstDelayMs
  #retry: ReturnType<typeof setTimeout> | undefined
  #unanswered: ReturnType<typeof setTimeout> | undefined
  #connectedBefore = false
  #closed = false

  constructor(options: SignalingOptions) {
    super()
    this.#options = options
    // Later, so that the owner can listen first.
    this.#retry = setTimeout(() => this.#connect(), 0)
  }

  get url() {
    return this.#options.url
  }

  get up() {
    return this.#socket?.readyState === open
  }

  /** Does nothing while the tracker is down. */
  announce(announce: Announce) {
    if (!this.up) return
    this.#socket?.send(format(announce, this.#options))
    if (!announce.answer) this.#unanswered ??= setTimeout(() => this.#lose('no answer to an announce'), answerTimeoutMs)
  }

  /** Says good-bye. */
  close() {
    if (this.#closed) return
    this.announce({ event: 'stopped' })
    this.#closed = true
    clearTimeout(this.#retry)
    this.#drop()
  }

  #connect() {
    const { url, WebSocket } = this.#options
    let socket: WebSocketLike
    try {
      socket = new WebSocket(url)
    } catch (cause) {
      // An address that can never be connected to: a wrong scheme, or plain ws on a secure page.
      this.emit('down', new UnreachableError({ url, reason: String(cause) }))
      return
    }
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data)
    socket.onclose = () => this.#lose('connection closed')
    socket.onerror = () => this.#lose('connection failed')
  }

  #opened() {
    // A tracker that still holds the broken socket would keep sending our calls there.
    if (this.#connectedBefore) this.announce({ event: 'stopped' })
    this.#connectedBefore = true
    this.emit('up')
  }

  #receive(data: unknown) {
    this.#delayMs = firstDelayMs
    this.#answered()
    const { infoHash, url } = this.#options
    const message = parse(data, infoHash)
    if (message) this.emit('message', message)
    else this.emit('fault', new TrackerMessageError({ url }))
  }

  #lose(reason: string) {
    this.#drop()
    const delayMs = this.#delayMs * (0.5 + Math.random())
    this.#delayMs = Math.min(this.#delayMs * 2, maxDelayMs)
    this.#retry = setTimeout(() => this.#connect(), delayMs)
    this.emit('down', new UnreachableError({ url: this.#options.url, reason }))
  }

  #drop() {
    this.#answered()
    const socket = this.#socket
    this.#socket = undefined
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    // Node's sockets throw errors that nobody listens to.
    socket.onerror = () => {}
    socket.close()
  }

  #answered() {
    clearTimeout(this.#unanswered)
    this.#unanswered = undefined
  }
}

export class UnreachableError extends ProtocolError {
  override readonly name = 'Signaling.UnreachableError'
  constructor({ url, reason }: { url: string; reason: string }) {
    super('The tracker cannot be reached.', { details: [`Tracker: ${url}`, `Reason: ${reason}`] })
  }
}

export class TrackerMessageError extends ProtocolError {
  override readonly name = 'Signaling.TrackerMessageError'
  constructor({ url }: { url: string }) {
    super('The tracker sent something that we do not understand.', { details: [`Tracker: ${url}`] })
  }
}

export class RefusedError extends ProtocolError {
  override readonly name = 'Signaling.RefusedError'
  constructor({ url, reason }: { url: string; reason: string }) {
    super('The tracker refused our announce.', { details: [`Tracker: ${url}`, `Reason: ${reason}`] })
  }
}
