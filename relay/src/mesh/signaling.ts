import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Emitter } from './Emitter'
import { type Announce, format, parse, type TrackerMessage } from './trackerMessage'

/** The properties of a browser's WebSocket that we use. The sockets of the package `ws` have the same properties. */
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
  /** Connected, or connected again: the room can announce. */
  up: []
  /** The connection is lost, or could not be made. `Signaling` tries again unless the URL can never work. */
  down: [error: UnreachableError]
  message: [message: TrackerMessage]
  /** The tracker sent a message that we cannot read. */
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
/** A tracker that does not answer an announce in this time counts as lost, even if the socket is open. */
const answerTimeoutMs = 15_000

/** The connection of one room to one WebTorrent tracker. Open channels do not need this connection. */
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
    // Connects in a later task, so that the owner can add its listeners first.
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

  /** Tells the tracker that we leave. */
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
      // No later attempt could work: the scheme is wrong, or the page came over https and the URL is `ws://`.
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
    // Without `stopped`, a tracker that still holds our broken socket would send offers for us to that socket.
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
    // In Node, an error event without a listener throws.
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
    super('The tracker sent a message that we cannot read.', { details: [`Tracker: ${url}`] })
  }
}

export class RefusedError extends ProtocolError {
  override readonly name = 'Signaling.RefusedError'
  constructor({ url, reason }: { url: string; reason: string }) {
    super('The tracker refused our announce.', { details: [`Tracker: ${url}`, `Reason: ${reason}`] })
  }
}
