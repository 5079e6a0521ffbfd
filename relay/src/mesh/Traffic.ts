import type { Accounting, Party, PartyLink, Piece } from './Accounting'

export type Bytes = { readonly bytesFrom: number; readonly bytesTo: number }

/** Counts the bytes of payloads from and to each connected peer. Each method also calls the same method of another `Accounting`. */
export class Traffic implements Accounting {
  readonly #next: Accounting
  readonly #bytes = new Map<Party, { bytesFrom: number; bytesTo: number }>()

  constructor(next: Accounting) {
    this.#next = next
  }

  /** The received bytes include bytes that are not checked yet. */
  of(party: Party): Bytes {
    return this.#bytes.get(party) ?? { bytesFrom: 0, bytesTo: 0 }
  }

  met(party: Party, link: PartyLink): void {
    this.#bytes.set(party, { bytesFrom: 0, bytesTo: 0 })
    this.#next.met(party, link)
  }

  left(party: Party, reason: Parameters<Accounting['left']>[1]): void {
    this.#bytes.delete(party)
    this.#next.left(party, reason)
  }

  hear(party: Party, payment: Uint8Array): void {
    this.#next.hear(party, payment)
  }

  maySend(party: Party, piece: Piece): boolean {
    return this.#next.maySend(party, piece)
  }

  sent(party: Party, piece: Piece): void {
    const bytes = this.#bytes.get(party)
    if (bytes) bytes.bytesTo += piece.byteLength
    this.#next.sent(party, piece)
  }

  received(party: Party, piece: Piece): void {
    const bytes = this.#bytes.get(party)
    if (bytes) bytes.bytesFrom += piece.byteLength
    this.#next.received(party, piece)
  }

  checked(party: Party, piece: Piece): void {
    this.#next.checked(party, piece)
  }
}
