import type { RemoteInfo } from 'node:dgram'
import { type Hex, toHex } from 'viem'
import { AddressLimit } from '../gateway/AddressLimit'
import * as IceCheck from '../gateway/iceCheck'
import { networkOf } from '../gateway/networkOf'
import { logOf } from '../log'
import * as DirectCall from '../mesh/DirectCall'
import type { Connections } from '../mesh/Finder'
import { TokenBucket } from '../mesh/TokenBucket'
import type { DirectListener } from '../mesh/Transport'
import { answerDirect } from '../mesh/webrtc'
import { type Certificate, hashOf } from './certificate'
import { DirectPath } from './DirectPath'
import type { NodeWebRtc } from './wrtc'

const log = logOf('node')

export type DirectCallsOptions = {
  certificate: Certificate
  webRtc: NodeWebRtc
  /** Sends a packet from the port at which the callers call. */
  send(packet: Buffer, to: Remote): void
  limits?: Partial<Limits>
}

export type Limits = {
  /** The largest number of open calls and handshakes together. A call needs some sockets and, as an estimate, 150 kB. */
  calls: number
  handshakes: number
  /** Many viewers can have one address, because of a proxy or a NAT. */
  handshakesPerAddress: number
  /** The largest number of checks whose hash we compute in a second. As an estimate, a hash takes 5 µs. */
  hashesPerSecond: number
}

type Remote = Pick<RemoteInfo, 'address' | 'port'>
type Room = Pick<Connections, 'accepts' | 'dial'>
type Call = {
  /** The relay's ICE user name in this call. */
  user: string
  /** The network from which the first check of the call came. */
  network: string
  port: Promise<number>
  /** The keys are the address and the port of the caller. A caller with several networks checks several paths, and selects one path. */
  paths: Map<string, DirectPath>
  isOpen: boolean
}

const defaultLimits: Limits = { calls: 512, handshakes: 96, handshakesPerAddress: 32, hashesPerSecond: 2_000 }
const maxPaths = 6

/**
 * The calls of viewers that connect without signaling. All calls use one UDP port. The first packet of a call is a connectivity check of
 * ICE. The user name in this check names the room that the viewer wants, and contains the viewer's ICE password (`mesh/DirectCall`). We
 * reserve nothing for a call before a check has proven that its sender knows the hash of our certificate. We send no packet to an address
 * before a check has come from this address.
 */
export class DirectCalls implements DirectListener {
  /** SHA-256 of our certificate. */
  readonly certificateHash: Hex
  readonly #options: DirectCallsOptions
  readonly #limits: Limits
  readonly #password: string
  readonly #hashes: TokenBucket
  readonly #starts = new AddressLimit({ perSecond: 4, burst: 64 })
  readonly #rooms = new Map<Hex, Room>()
  /** The keys are the fields `user`. */
  readonly #calls = new Map<string, Call>()
  /** The keys are the address and the port of the caller. */
  readonly #callAt = new Map<string, Call>()

  constructor(options: DirectCallsOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.certificateHash = toHex(hashOf(options.certificate.certificatePem))
    this.#password = DirectCall.passwordOf(this.certificateHash)
    this.#hashes = new TokenBucket({ perSecond: this.#limits.hashesPerSecond, burst: this.#limits.hashesPerSecond })
  }

  get size(): number {
    return this.#calls.size
  }

  open(infoHash: Hex, room: Room): () => void {
    this.#rooms.set(infoHash, room)
    return () => {
      if (this.#rooms.get(infoHash) === room) this.#rooms.delete(infoHash)
    }
  }

  /** Handles a packet. Returns `false` if the packet does not belong to a call. */
  receive(packet: Buffer, remote: Remote): boolean {
    const at = `${remote.address} ${remote.port}`
    const call = this.#callAt.get(at)
    const isRequest = IceCheck.isRequest(packet)
    const check = isRequest ? IceCheck.read(packet) : undefined
    if (check && check.receiver !== call?.user) this.#check(check, packet, remote)
    else if (call && (check || !isRequest)) call.paths.get(at)?.receive(packet)
    // A Binding request without a user name is a question for our STUN server.
    else return false
    return true
  }

  /** Handles a check from an address that belongs to no call, or to another call. */
  #check(check: IceCheck.IceCheck, packet: Buffer, remote: Remote): void {
    const known = this.#calls.get(check.receiver)
    const caller = known ? undefined : DirectCall.fromUser(check.receiver)
    const room = caller && this.#rooms.get(caller.infoHash)
    const network = networkOf(remote.address)
    if (!known && !(caller && room?.accepts(caller.peerId) && this.#hasPlaceFor(network))) return
    if (!this.#hashes.take(1) || !IceCheck.isAuthentic(packet, this.#password)) return
    const begin = () => caller && room && this.#starts.take(network) && this.#begin({ ...check, caller, room, network })
    const call = known ?? begin()
    if (call) this.#addPath(call, packet, remote)
  }

  #hasPlaceFor(network: string): boolean {
    const handshakes = [...this.#calls.values()].filter(({ isOpen }) => !isOpen)
    const { calls, handshakesPerAddress } = this.#limits
    return (
      this.#calls.size < calls &&
      handshakes.length < this.#limits.handshakes &&
      handshakes.filter((call) => call.network === network).length < handshakesPerAddress
    )
  }

  #begin(start: IceCheck.IceCheck & { caller: DirectCall.DirectCall; room: Room; network: string }): Call {
    const { receiver: user, sender, caller, room, network } = start
    const { certificate, webRtc } = this.#options
    const answerer = webRtc.answerer({ ...certificate, user, password: this.#password })
    const call: Call = { user, network, port: answerer.port, paths: new Map(), isOpen: false }
    this.#calls.set(user, call)
    const offer = DirectCall.offer({ user: sender, password: caller.password })
    const localFingerprint = DirectCall.fingerprintOf(this.certificateHash)
    const connection = () => ({ localFingerprint, remoteFingerprint: answerer.fingerprint() })
    const build = async (signal: AbortSignal) => {
      const { wrtc } = answerer
      const channel = await answerDirect({ wrtc, offer, peerId: caller.peerId, connection }, signal)
      channel.on('close', () => this.#end(call))
      return channel
    }
    room.dial(caller.peerId, build).then((isOpen) => {
      call.isOpen = isOpen
      if (!isOpen) this.#end(call)
    })
    log.debug('a viewer calls', () => ({ peer: caller.peerId, network }))
    return call
  }

  #addPath(call: Call, packet: Buffer, remote: Remote): void {
    if (call.paths.size >= maxPaths) this.#dropOldestPath(call)
    const at = `${remote.address} ${remote.port}`
    const former = this.#callAt.get(at)
    former?.paths.get(at)?.close()
    former?.paths.delete(at)
    const path = new DirectPath({ port: call.port, send: (packet) => this.#send(packet, remote) })
    call.paths.set(at, path)
    this.#callAt.set(at, call)
    path.receive(packet)
  }

  #send(packet: Buffer, remote: Remote): void {
    // The answer of the WebRTC stack names a loopback address, because the check came to the stack from there. Firefox does not accept this
    // address, so we make an answer with the caller's address.
    const sent = IceCheck.isAnswer(packet) ? IceCheck.answerTo(remote, packet, this.#password) : packet
    if (sent) this.#options.send(sent, remote)
  }

  #dropOldestPath(call: Call): void {
    const [oldest] = [...call.paths].sort(([, a], [, b]) => a.usedMs - b.usedMs)
    if (!oldest) return
    const [at, path] = oldest
    path.close()
    call.paths.delete(at)
    this.#callAt.delete(at)
  }

  #end(call: Call): void {
    if (this.#calls.get(call.user) === call) this.#calls.delete(call.user)
    while (call.paths.size > 0) this.#dropOldestPath(call)
  }
}
