import type { Hex } from 'viem'
import { FormError, hex, type Reader, text, u8 } from './bytes'
import { type Codecs, readFlag } from './codec'
import { maxSdpBytes } from './sdp'

/** Messages between members with the capability `introductions`: a common neighbour helps two members to connect. */
export type IntroductionMessage =
  /**
   * The other members with this capability to which the sender is connected, or `maxMembers` of them. Replaces the earlier `members` of the
   * sender.
   */
  | { type: 'members'; peerIds: readonly Hex[] }
  /**
   * An offer of a connection. The caller sends it with the id of the callee to a common neighbour. The common neighbour sends it, with
   * `isForwarded` and the id of the caller, to the callee. The answer, `callAnswer` or `callRefusal`, takes the same way back.
   */
  | { type: 'call'; isForwarded: boolean; peerId: Hex; offerId: Hex; sdp: string }
  /** The callee accepts the offer. */
  | { type: 'callAnswer'; offerId: Hex; sdp: string }
  /** The callee does not accept the offer, or the common neighbour cannot forward it. */
  | { type: 'callRefusal'; offerId: Hex }

/** The largest number of members in one message. */
export const maxMembers = 32
const idBytes = 20

// JavaScript evaluates the fields of a literal in the written order, which is the order of the bytes.
export const introductionCodecs: Codecs<IntroductionMessage> = {
  members: {
    tag: 0xc0,
    write({ peerIds }) {
      assertMembers(peerIds)
      return peerIds.map((peerId) => hex(peerId, idBytes))
    },
    read(reader) {
      const peerIds: Hex[] = []
      while (reader.remaining > 0 && peerIds.length < maxMembers) peerIds.push(reader.hex(idBytes))
      assertMembers(peerIds)
      return { peerIds }
    },
  },
  call: {
    tag: 0xc1,
    write: ({ isForwarded, peerId, offerId, sdp }) => [
      ...[u8(isForwarded ? 1 : 0), hex(peerId, idBytes), hex(offerId, idBytes)],
      text(sdp, maxSdpBytes),
    ],
    read: (reader) => ({
      ...{ isForwarded: readFlag(reader), peerId: reader.hex(idBytes), offerId: reader.hex(idBytes) },
      sdp: readSdp(reader),
    }),
  },
  callAnswer: {
    tag: 0xc2,
    write: ({ offerId, sdp }) => [hex(offerId, idBytes), text(sdp, maxSdpBytes)],
    read: (reader) => ({ offerId: reader.hex(idBytes), sdp: readSdp(reader) }),
  },
  callRefusal: {
    tag: 0xc3,
    write: ({ offerId }) => [hex(offerId, idBytes)],
    read: (reader) => ({ offerId: reader.hex(idBytes) }),
  },
}

const readSdp = (reader: Reader) => reader.text(maxSdpBytes)

function assertMembers(peerIds: readonly Hex[]) {
  if (peerIds.length > maxMembers) throw new FormError(`${peerIds.length} members where ${maxMembers} are allowed`)
  if (new Set(peerIds).size < peerIds.length) throw new FormError('a member that is named twice')
}
