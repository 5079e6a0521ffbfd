import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { type DirectAddress, fromBase64, toBase64 } from './DirectAddress'

/**
 * The facts from which both ends of a call without signaling make the session descriptions. The caller knows only the `DirectAddress` of
 * the relay, and the relay knows only the user name in the first STUN packet of the caller. So this user name contains all that the relay
 * needs. The specification "WebRTC Direct" of libp2p (version 2) has the same idea. The caller's browser chooses the ICE user name and
 * password of the caller, but the page can set the ICE user name and password of the relay.
 */
export type DirectCall = {
  /** The room that the caller wants to join. */
  infoHash: Hex
  /** The caller's id in this room. */
  peerId: Hex
  /** The caller's ICE password, which the caller's browser has chosen. */
  password: string
}

const nameBytes = 40
/** The length of `nameBytes` bytes in base64. ICE permits the characters of base64, and no others. */
const nameLength = 54

/** The ICE user name fragment of the relay in this call. */
export const toUser = ({ infoHash, peerId, password }: DirectCall): string =>
  toBase64(hexToBytes(`${infoHash}${peerId.slice(2)}`)) + password

/** `undefined` if the text is not the user name of a call. */
export function fromUser(user: string): DirectCall | undefined {
  const password = user.slice(nameLength)
  const name = /^[A-Za-z\d+/]{22,128}$/.test(password) ? fromBase64(user.slice(0, nameLength)) : undefined
  if (name?.length !== nameBytes) return undefined
  return { infoHash: bytesToHex(name.subarray(0, 20)), peerId: bytesToHex(name.subarray(20)), password }
}

/** The relay's ICE password. A stranger that does not know the `DirectAddress` cannot make a packet that the relay accepts. */
export const passwordOf = (certificateHash: Hex): string => toBase64(hexToBytes(certificateHash))

/** The id that we use in our rooms for the relay at this address. */
export const peerIdOf = ({ certificateHash }: DirectAddress): Hex => certificateHash.slice(0, 42) as Hex

/** The ICE password in one of our session descriptions. */
export const passwordIn = (sdp: string): string => field(sdp, 'ice-pwd')

/** The relay's answer to our offer. The relay waits for our DTLS handshake: it cannot know which of our addresses works. */
export function answer({ address, user, offer }: { address: DirectAddress; user: string; offer: string }): string {
  const candidates = address.hosts.map(
    (host, index) => `a=candidate:${index + 1} 1 udp ${2_130_706_431 - index} ${host} ${address.port} typ host`,
  )
  return description({
    ...{ user, password: passwordOf(address.certificateHash), setup: 'passive', mid: field(offer, 'mid') },
    ...{ fingerprint: fingerprintOf(address.certificateHash), candidates: [...candidates, 'a=end-of-candidates'] },
  })
}

/** The caller's offer, which the relay writes itself. The relay learns the caller's fingerprint only in the DTLS handshake. */
export const offer = ({ user, password }: { user: string; password: string }): string =>
  description({ user, password, setup: 'active', mid: '0', fingerprint: unknownFingerprint, candidates: [] })

/** `sha-256 ab:cd:…`, as in `Hello.Connection`. */
export const fingerprintOf = (hash: Hex): string => `sha-256 ${hash.slice(2).match(/../g)?.join(':')}`

/** Firefox refuses a fingerprint in lower case. */
const fingerprintLine = (fingerprint: string): string =>
  `a=fingerprint:${fingerprint.replace(/ .*/, (value) => value.toUpperCase())}`

const unknownFingerprint = fingerprintOf(`0x${'00'.repeat(32)}`)

const field = (sdp: string, name: string): string => new RegExp(`^a=${name}:(.*?)\r?$`, 'm').exec(sdp)?.[1] ?? ''

function description(of: {
  user: string
  password: string
  setup: 'active' | 'passive'
  mid: string
  fingerprint: string
  candidates: readonly string[]
}): string {
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', `a=group:BUNDLE ${of.mid}`],
    ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=mid:${of.mid}`],
    ...[`a=ice-ufrag:${of.user}`, `a=ice-pwd:${of.password}`, fingerprintLine(of.fingerprint)],
    ...[`a=setup:${of.setup}`, 'a=sctp-port:5000', 'a=max-message-size:262144', ...of.candidates],
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}
