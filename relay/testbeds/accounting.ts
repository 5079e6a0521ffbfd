import type { ProtocolError } from '@lp/contracts/protocol'
import type { Accounting, Party, PartyLink, Piece } from '../src/mesh/Accounting'
import { Emitter } from '../src/mesh/Emitter'

/** An `Accounting` for tests. Records the method calls of one mesh, and lets the mesh send at most `allowanceBytes`. */
export class Ledger
  extends Emitter<{
    left: [party: Party, reason: ProtocolError | undefined]
    hear: [party: Party, payment: Uint8Array]
    refused: [party: Party]
  }>
  implements Accounting
{
  /** The bytes that the mesh is still allowed to send. */
  allowanceBytes = Number.POSITIVE_INFINITY
  readonly parties: { party: Party; link: PartyLink }[] = []
  readonly sentPieces: Piece[] = []
  readonly receivedPieces: Piece[] = []
  readonly checkedPieces: Piece[] = []
  /** Number of calls of `maySend`. */
  asked = 0

  /** The only peer that the mesh has met. Throws if the mesh has met no peer or several peers. */
  only() {
    const [first, ...others] = this.parties
    if (!first || others.length > 0) throw new RangeError(`The mesh has met ${this.parties.length} peers, not one.`)
    return first
  }

  get sentBytes() {
    return sum(this.sentPieces)
  }

  get receivedBytes() {
    return sum(this.receivedPieces)
  }

  met(party: Party, link: PartyLink) {
    this.parties.push({ party, link })
  }

  left(party: Party, reason: ProtocolError | undefined) {
    this.emit('left', party, reason)
  }

  hear(party: Party, payment: Uint8Array) {
    this.emit('hear', party, payment)
  }

  maySend(party: Party, { byteLength }: Piece) {
    this.asked++
    const isAllowed = byteLength <= this.allowanceBytes
    if (!isAllowed) this.emit('refused', party)
    return isAllowed
  }

  sent(_: Party, piece: Piece) {
    this.allowanceBytes -= piece.byteLength
    this.sentPieces.push(piece)
  }

  received(_: Party, piece: Piece) {
    this.receivedPieces.push(piece)
  }

  checked(_: Party, piece: Piece) {
    this.checkedPieces.push(piece)
  }
}

const sum = (pieces: readonly Piece[]) => pieces.reduce((bytes, { byteLength }) => bytes + byteLength, 0)
