import type { Hex } from 'viem'
import { trackerOf } from '../chain/trackers'
import { logOf } from '../log'
import type { Peer } from '../mesh/Peer'
import type { Channel, Room, Transport } from '../mesh/Transport'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { dial } from './dial'

const log = logOf('ingest')

export type MeetingOptions = {
  /** The relay to meet. */
  serviceUri: string
  jobId: Hex
  /** Infohash of the stream's ingest room. */
  infoHash: Hex
  /** `undefined`: WebRTC is not possible here. */
  transport: Transport | undefined
  /** `undefined`: WebSocket is not possible here. */
  WebSocket: BinarySocketConstructor | undefined
  /** WebSocket is tried when WebRTC has given no connection after this time. */
  socketAfterMs: number
  /** Checks the HELLO of a peer. If the check fails, closes the channel and rejects. */
  greet(channel: Channel): Promise<Peer>
  onPeer(peer: Peer): void
}

const firstDelayMs = 500
const maxDelayMs = 5_000

/**
 * Connects to one relay, and connects again when the connection breaks: over WebRTC in the room at the relay's tracker, or over
 * WebSocket if WebRTC gives no connection. There are never two connections at the same time: `Publisher` would close the older connection.
 */
export class Meeting {
  readonly #options: MeetingOptions
  readonly #peers = new Set<Peer>()
  #room: Room | undefined
  #dialling = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined
  #left = false

  constructor(options: MeetingOptions) {
    this.#options = options
    this.#search(options.transport ? options.socketAfterMs : 0)
  }

  leave(): void {
    this.#left = true
    this.#stopDialling()
    this.#room?.leave()
    for (const peer of [...this.#peers]) peer.close()
  }

  #search(socketAfterMs: number) {
    const { transport, WebSocket, serviceUri, infoHash } = this.#options
    if (transport && !this.#room) {
      this.#room = transport.join({ infoHash, trackers: [trackerOf(serviceUri)] })
      this.#room.on('channel', (channel) => void this.#meetOverWebRtc(channel))
    }
    if (WebSocket) this.#dialIn(socketAfterMs, firstDelayMs)
  }

  async #meetOverWebRtc(channel: Channel) {
    const room = this.#room
    try {
      const peer = await this.#options.greet(channel)
      // A peer that is not a candidate would use a channel that a candidate needs.
      if (peer.role !== 'relay') return room?.avoid(peer.id)
      this.#stopDialling()
      this.#add(peer, this.#options.socketAfterMs)
    } catch {
      // `greet` has closed the channel.
    }
  }

  #dialIn(delayMs: number, nextDelayMs: number) {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#dial(nextDelayMs), delayMs)
  }

  async #dial(retryMs: number) {
    const { serviceUri, jobId, WebSocket, greet } = this.#options
    const { signal } = this.#dialling
    try {
      const channel = await dial({ serviceUri, jobId, signal, WebSocket: WebSocket as BinarySocketConstructor })
      const peer = await greet(channel)
      if (signal.aborted || peer.role !== 'relay') return peer.close()
      this.#room?.leave()
      this.#room = undefined
      log.debug('connected over WebSocket', () => ({ relay: new URL(serviceUri).host }))
      // A relay may close each connection directly after HELLO. This delay limits how often we connect to such a relay.
      this.#add(peer, firstDelayMs)
    } catch (error) {
      log.debug('no connection over WebSocket', () => ({ message: (error as Error).message }))
    } finally {
      // The delay is random. Otherwise, after a restart of the relay, all its broadcasters would connect at the same time.
      if (!signal.aborted && this.#peers.size === 0)
        this.#dialIn(retryMs * (0.5 + Math.random()), Math.min(retryMs * 2, maxDelayMs))
    }
  }

  #stopDialling() {
    clearTimeout(this.#timer)
    this.#dialling.abort()
    this.#dialling = new AbortController()
  }

  /** `socketAfterMs`: when the connection breaks, WebSocket is tried after this time. */
  #add(peer: Peer, socketAfterMs: number) {
    if (this.#left) return peer.close()
    this.#peers.add(peer)
    peer.on('close', () => {
      this.#peers.delete(peer)
      if (!this.#left && this.#peers.size === 0) this.#search(socketAfterMs)
    })
    this.#options.onPeer(peer)
  }
}
