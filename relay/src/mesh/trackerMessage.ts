import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { maxSdpBytes } from './sdp'

/** A checked message of a WebTorrent tracker. */
export type TrackerMessage =
  /** The answer to an announce. */
  | { type: 'announced'; peersInRoom: number }
  /** A peer offers us a connection. */
  | { type: 'offer'; peerId: Hex; offerId: Hex; sdp: string }
  /** A peer answers our offer `offerId`. */
  | { type: 'answer'; peerId: Hex; offerId: Hex; sdp: string }
  /** The tracker refuses our announce. */
  | { type: 'failure'; reason: string }

/** Our message to a tracker. */
export type Announce = {
  event?: 'started' | 'stopped'
  offers?: readonly { offerId: Hex; sdp: string }[]
  answer?: { peerId: Hex; offerId: Hex; sdp: string }
}

export const maxTrackerMessageBytes = 64 * 1024

/** Reads a tracker's message about the room `infoHash`. `undefined`: any other text. Never throws. */
export function parse(text: unknown, infoHash: Hex): TrackerMessage | undefined {
  if (typeof text !== 'string' || text.length > maxTrackerMessageBytes) return undefined
  const message = record(parseJson(text))
  if (typeof message['failure reason'] === 'string')
    return { type: 'failure', reason: message['failure reason'].slice(0, 200) }
  if (message.action !== 'announce' || fromBinary(message.info_hash) !== infoHash) return undefined
  const { offer, answer } = message
  if (offer !== undefined || answer !== undefined) {
    const type = offer !== undefined ? 'offer' : 'answer'
    const description = message[type]
    const peerId = fromBinary(message.peer_id)
    const offerId = fromBinary(message.offer_id)
    if (!peerId || !offerId || !isDescription(description, type)) return undefined
    return { type, peerId, offerId, sdp: description.sdp }
  }
  const peersInRoom = count(message.complete) + count(message.incomplete)
  return { type: 'announced', peersInRoom }
}

/** The JSON text of an announce from the peer `peerId` to the room `infoHash`. */
export function format({ event, offers = [], answer }: Announce, room: { infoHash: Hex; peerId: Hex }): string {
  return JSON.stringify({
    action: 'announce',
    info_hash: toBinary(room.infoHash),
    peer_id: toBinary(room.peerId),
    ...(answer
      ? {
          to_peer_id: toBinary(answer.peerId),
          offer_id: toBinary(answer.offerId),
          answer: { type: 'answer', sdp: answer.sdp },
        }
      : {
          ...(event && { event }),
          numwant: offers.length,
          uploaded: 0,
          downloaded: 0,
          left: 1,
          offers: offers.map(({ offerId, sdp }) => ({
            offer_id: toBinary(offerId),
            offer: { type: 'offer', sdp },
          })),
        }),
  })
}

/** The room and the sender of a client's announce. All fields of the announce were checked. */
export type ClientMessage = { infoHash: Hex; peerId: Hex }

const maxOffers = 20
const events: unknown[] = [undefined, 'started', 'stopped', 'completed', 'update', 'paused']

/** The tracker's side: reads a client's announce. `undefined`: not a valid announce. Never throws. */
export function parseAnnounce(text: unknown): ClientMessage | undefined {
  if (typeof text !== 'string') return undefined
  const message = record(parseJson(text))
  const infoHash = fromBinary(message.info_hash)
  const peerId = fromBinary(message.peer_id)
  const { offers = [], answer } = message
  if (message.action !== 'announce' || !infoHash || !peerId || !events.includes(message.event)) return undefined
  if (!Array.isArray(offers) || offers.length > maxOffers) return undefined
  const isOffer = (item: unknown) => fromBinary(record(item).offer_id) && isDescription(record(item).offer, 'offer')
  if (!offers.every(isOffer)) return undefined
  if (answer !== undefined) {
    if (!isDescription(answer, 'answer')) return undefined
    if (!fromBinary(message.to_peer_id) || !fromBinary(message.offer_id)) return undefined
  }
  return { infoHash, peerId }
}

const isDescription = (value: unknown, type: 'offer' | 'answer'): value is { sdp: string } => {
  const { sdp, ...rest } = record(value)
  return rest.type === type && typeof sdp === 'string' && sdp.length <= maxSdpBytes
}

/** WebTorrent writes 20 bytes as 20 characters with codes below 256. */
const toBinary = (hex: Hex) => String.fromCharCode(...hexToBytes(hex))

function fromBinary(value: unknown): Hex | undefined {
  if (typeof value !== 'string' || value.length !== 20) return undefined
  const codes = Array.from({ length: 20 }, (_, index) => value.charCodeAt(index))
  return codes.every((code) => code < 256) ? bytesToHex(Uint8Array.from(codes)) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const count = (value: unknown) => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0)
