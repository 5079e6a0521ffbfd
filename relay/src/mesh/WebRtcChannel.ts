import type { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import {
  type Channel,
  type ChannelEvents,
  ConnectionLostError,
  drainBytes,
  MessageTooLargeError,
  maxBufferedBytes,
  maxMessageBytes,
  SlowPeerError,
  TextMessageError,
} from './Channel'
import { Emitter } from './Emitter'

/** A connection whose channel is open. `early`: the data of the messages that have arrived already. */
export type Opened = { peer: RTCPeerConnection; channel: RTCDataChannel; early: readonly unknown[] }

/** The open data channel of a connection. When it closes, the connection closes. */
export class WebRtcChannel extends Emitter<ChannelEvents> implements Channel {
  readonly peerId: Hex
  readonly connection: Channel['connection']
  readonly maxMessageBytes = maxMessageBytes
  readonly #opened: Opened
  #listening = false
  #closed = false

  constructor(opened: Opened, { peerId, connection }: Pick<Channel, 'peerId' | 'connection'>) {
    super()
    this.#opened = opened
    this.peerId = peerId
    this.connection = connection
    const { peer, channel } = opened
    const lost = (cause: unknown) => this.close(new ConnectionLostError({ peerId, cause }))
    channel.onerror = ({ error }) => lost(error)
    channel.onclose = () => this.close()
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed') lost('the connection failed')
      else if (peer.connectionState === 'closed') this.close()
    }
    channel.bufferedAmountLowThreshold = drainBytes
    channel.onbufferedamountlow = () => {
      if (this.bufferedAmount <= drainBytes) this.emit('drain')
    }
  }

  override on<Name extends keyof ChannelEvents>(name: Name, listener: (...args: ChannelEvents[Name]) => void) {
    const stop = super.on(name, listener)
    if (name === 'message' && !this.#listening) {
      this.#listening = true
      const { channel, early } = this.#opened
      channel.onmessage = ({ data }) => this.#receive(data)
      // No message event comes before a microtask, so the early messages stay first.
      queueMicrotask(() => {
        for (const data of early) this.#receive(data)
      })
    }
    return stop
  }

  get bufferedAmount() {
    return this.#closed ? 0 : this.#opened.channel.bufferedAmount
  }

  get closed() {
    return this.#closed
  }

  send(bytes: Uint8Array) {
    if (bytes.length > maxMessageBytes) throw new MessageTooLargeError({ bytes: bytes.length })
    const { channel } = this.#opened
    if (this.#closed || channel.readyState !== 'open') return
    const bufferedAmount = channel.bufferedAmount + bytes.length
    if (bufferedAmount > maxBufferedBytes) return this.close(new SlowPeerError({ bufferedAmount }))
    try {
      channel.send(bytes as Uint8Array<ArrayBuffer>)
    } catch (cause) {
      // In Node, the channel can be closed before its event has come.
      this.close(new ConnectionLostError({ peerId: this.peerId, cause }))
    }
  }

  close(reason?: ProtocolError) {
    if (this.#closed) return
    this.#closed = true
    const { peer, channel } = this.#opened
    peer.onconnectionstatechange = channel.onmessage = channel.onerror = channel.onbufferedamountlow = null
    channel.close()
    peer.close()
    this.emit('close', reason)
  }

  #receive(data: unknown) {
    if (this.#closed) return
    if (!(data instanceof ArrayBuffer)) this.close(new TextMessageError())
    else if (data.byteLength > maxMessageBytes) this.close(new MessageTooLargeError({ bytes: data.byteLength }))
    else this.emit('message', new Uint8Array(data))
  }
}
