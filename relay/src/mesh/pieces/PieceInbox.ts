import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Accounting } from '../Accounting'
import { UnaskedError } from '../Neighbour'
import type { Peer } from '../Peer'
import type { Place } from '../SegmentStore'
import type { Message } from '../wire'
import { type Announcer, placeOf } from './Announcer'
import { isContradiction } from './contradiction'
import type { HeaderCheck } from './HeaderCheck'
import type { Members } from './Members'
import type { PieceIntake } from './PieceIntake'
import type { PieceNeighbour } from './PieceNeighbour'
import type { PieceStore } from './PieceStore'
import type { PieceUploads } from './PieceUploads'
import type { PieceWant } from './PieceWant'
import type { SegmentPieces } from './SegmentPieces'
import type { Header } from './Sharing'

type Piece = Extract<Message, { type: 'piece' }>

export type PieceInboxOptions = {
  store: PieceStore
  members: Members
  announcer: Announcer
  headers: HeaderCheck
  uploads: PieceUploads
  intake: PieceIntake
  accounting: Accounting
  random(): number
  /** A new header of a followed level, with a correct signature. Can throw an error for which `isContradiction` is true. */
  onHeader(header: Header): void
  onRecord(record: Uint8Array): void
  /** A neighbour told us its neighbours. */
  onCircle(): void
  /** The key of the level signed two different contents of one segment. */
  onContradiction(streamId: Hex, error: ProtocolError): void
  /** A fact has changed that can change the next plan. */
  wake(): void
}

/**
 * The pieces of a neighbour wait for the checks of its headers. While more bytes than this wait, we drop further pieces of the neighbour.
 * The limit is about 3 s of a stream with 2.5 Mbit/s.
 */
const maxWaitingBytes = 1024 * 1024
/** After this time, we ask again for a piece that we dropped because of `maxWaitingBytes`. */
const retryMs = 300

/** Handles the messages of the neighbours. Closes the channel of a neighbour that breaks a rule. */
export class PieceInbox {
  readonly #options: PieceInboxOptions
  /** For each neighbour, the checks of its headers, which run one after the other. */
  readonly #hearing = new WeakMap<PieceNeighbour, Promise<unknown>>()

  constructor(options: PieceInboxOptions) {
    this.#options = options
  }

  receive(peer: Peer, message: Message): void {
    const neighbour = this.#options.members.neighbours.get(peer.id)
    if (neighbour?.peer !== peer) return
    this.#options.members.chooseSlots(performance.now())
    try {
      this.#receive(neighbour, message)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      peer.close(error)
    }
  }

  /** Throws a `ProtocolError` if the peer broke a rule. If only a later check shows this, closes the channel. */
  #receive(neighbour: PieceNeighbour, message: Message) {
    const { store, members, announcer, uploads, accounting, random, onRecord, onCircle, wake } = this.#options
    const nowMs = performance.now()
    switch (message.type) {
      case 'follow': {
        const before = neighbour.follows
        neighbour.follow(message)
        const added = [...neighbour.follows.keys()].filter((streamId) => !before.has(streamId))
        if (added.length > 0) neighbour.allowances.newLevels(added.length)
        announcer.welcome(neighbour, added)
        members.changed()
        break
      }
      case 'circle':
        neighbour.allowances.circle()
        neighbour.tellsCircle(message.levels)
        members.circleChanged()
        onCircle()
        break
      case 'news':
        return this.#judge(neighbour, message.header, this.#hear(neighbour, message.header))
      case 'holds':
        if (!members.levels.has(message.streamId)) break
        neighbour.holds.add(message, { ...message, nowMs })
        this.#note(neighbour, store.get(message), message.length)
        break
      case 'ask':
        return uploads.answer(neighbour, message, store.get(message))
      case 'withdraw':
        return uploads.withdraw(neighbour, message.requestId)
      case 'decline':
        neighbour.declined(message, nowMs)?.refuse(retryAtMs(message.reason, nowMs, random()))
        break
      case 'piece': {
        accounting.received(neighbour.peer, pieceOf(message))
        return this.#judge(neighbour, message, this.#take(neighbour, message, neighbour.answered(message, nowMs)))
      }
      case 'record':
        neighbour.allowances.record()
        return onRecord(message.record)
      case 'payment':
        return accounting.hear(neighbour.peer, message.payment)
      default:
        throw new UnaskedError({ type: message.type })
    }
    wake()
  }

  #hear(neighbour: PieceNeighbour, header: Header): Promise<void> {
    this.#options.announcer.heard(neighbour, header)
    const before = this.#hearing.get(neighbour) ?? Promise.resolve()
    const hearing = before.then(() => this.#check(neighbour, header))
    this.#hearing.set(
      neighbour,
      hearing.catch(() => undefined),
    )
    return hearing
  }

  /** The pieces of a new header can arrive while we check the signature of the header. So the pieces wait for this check. */
  async #take(neighbour: PieceNeighbour, piece: Piece, want: PieceWant | undefined): Promise<void> {
    const { intake, store, accounting } = this.#options
    if (neighbour.waitingBytes > maxWaitingBytes) return want?.refuse(performance.now() + retryMs)
    neighbour.waitingBytes += piece.data.length
    await this.#hearing.get(neighbour)
    neighbour.waitingBytes -= piece.data.length
    const isCorrect = await intake.fromNeighbour(neighbour, piece, { want, segment: store.get(piece) })
    if (isCorrect && !neighbour.peer.closed) accounting.checked(neighbour.peer, pieceOf(piece))
  }

  async #check(neighbour: PieceNeighbour, header: Header): Promise<void> {
    const place = placeOf(header)
    const { members, headers, store, onHeader } = this.#options
    // After the first wrong signature of a neighbour, its other headers are not checked.
    if (neighbour.peer.closed) return
    if (!members.levels.has(place.streamId)) return
    const isNew = await headers.isNew(header)
    if (isNew) onHeader(header)
    if ('part' in header) {
      if (isNew || headers.isKnown(header)) neighbour.toldPartMs = performance.now()
      return
    }
    if (header.length === 0) return
    const segment = store.get(place)
    this.#note(neighbour, segment, header.length)
    neighbour.claim(place, header.length)
    if (segment?.provenLength !== undefined) neighbour.judgeClaim(place, segment.provenLength)
  }

  /**
   * Notes a length that the neighbour states. A length that a relay states in the mesh has the same effect as a length that it states over
   * HTTP.
   */
  #note(neighbour: PieceNeighbour, segment: SegmentPieces | undefined, length: number): void {
    if (!neighbour.isRelay) segment?.claim(length)
    else if (segment && length > segment.relayLength) segment.state(length)
  }

  /** Waits for a check. If the check fails, the peer is at fault, unless the key of the stream signed two different contents. */
  #judge(neighbour: PieceNeighbour, message: Header | Place, check: Promise<void>): void {
    const { streamId } = 'streamId' in message ? message : placeOf(message)
    check.then(
      () => this.#options.wake(),
      (error: unknown) => {
        if (!(error instanceof ProtocolError)) throw error
        if (isContradiction(error)) this.#options.onContradiction(streamId, error)
        else neighbour.peer.close(error)
      },
    )
  }
}

const pieceOf = ({ streamId, sequenceNumber, data }: Piece) => ({ streamId, sequenceNumber, byteLength: data.length })

/** The time from which we can ask a neighbour again, after it has declined a request. */
function retryAtMs(reason: 'missing' | 'busy' | 'unpaid', nowMs: number, random: number): number {
  if (reason === 'missing') return Number.POSITIVE_INFINITY
  // A neighbour that we must pay first still holds the piece. After `askAgain`, the schedule can ask this neighbour immediately.
  return reason === 'unpaid' ? nowMs : nowMs + 100 + 150 * random
}
