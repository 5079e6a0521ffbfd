import type { Hex } from 'viem'
import type { Accounting, Party, PartyLink, Piece } from '../mesh/Accounting'
import { nameOf } from './nameOf'
import type { Payments } from './Payments'
import { Shares } from './Shares'

/** The payments and bytes of one stream since the relay started. Amounts in wei. The bytes are those of the mesh, free bytes included. */
export type StreamBook = { earned: bigint; paid: bigint; bytesSold: number; bytesBought: number }

/** The payments with one peer since the relay started, in wei. `bounced`: the amount of the peer's cheques that has bounced. */
export type PeerBook = { earned: bigint; paid: bigint; bounced: bigint }

export type StreamBooksOptions = {
  payments: Payments
  /** The StreamId of the source to which this source or rendition belongs. */
  sourceOf(streamId: Hex): Hex
  /** The stream for whose viewers this party pays. `undefined`: the party pays for itself. Without this function, every party pays for itself. */
  sponsoredBy?(party: string): Hex | undefined
}

/** The largest number of streams, and of peers, that are remembered. */
const maxBooks = 1_000

/**
 * Passes all calls on to `Payments`, and records what each stream has earned and cost. A cheque pays for all streams that we share with a peer, so its
 * amount is divided in proportion to the bytes of each stream since the previous cheque.
 */
export class StreamBooks implements Accounting {
  readonly #options: StreamBooksOptions
  readonly #streams = new Map<Hex, StreamBook>()
  readonly #peers = new Map<string, PeerBook>()
  readonly #sold = new Shares(maxBooks)
  readonly #bought = new Shares(maxBooks)

  constructor(options: StreamBooksOptions) {
    this.#options = options
    options.payments.on('event', (party, event) => {
      if (event.type === 'earned') {
        this.#peer(party).earned += event.amount
        const sponsored = options.sponsoredBy?.(party)
        if (sponsored) this.#stream(sponsored).earned += event.amount
        else
          for (const [streamId, amount] of this.#sold.divide(party, event.amount))
            this.#stream(streamId).earned += amount
      } else if (event.type === 'paid') {
        this.#peer(party).paid += event.amount
        for (const [streamId, amount] of this.#bought.divide(party, event.amount)) this.#stream(streamId).paid += amount
      } else if (event.type === 'bounced') this.#peer(party).bounced += event.amount
    })
  }

  get streams(): ReadonlyMap<Hex, Readonly<StreamBook>> {
    return this.#streams
  }

  /** By the payment key of the peer, in lower case. */
  get peers(): ReadonlyMap<string, Readonly<PeerBook>> {
    return this.#peers
  }

  met(party: Party, link: PartyLink): void {
    this.#options.payments.met(party, link)
  }

  left(party: Party): void {
    this.#options.payments.left(party)
  }

  hear(party: Party, payment: Uint8Array): void {
    this.#options.payments.hear(party, payment)
  }

  maySend(party: Party, piece: Piece): boolean {
    return this.#options.payments.maySend(party, piece)
  }

  sent(party: Party, piece: Piece): void {
    const source = this.#options.sourceOf(piece.streamId)
    this.#stream(source).bytesSold += piece.byteLength
    const waiting = this.#sold.add(nameOf(party), source, piece.byteLength)
    this.#stream(source).earned += waiting
    this.#options.payments.sent(party, piece)
  }

  received(party: Party, piece: Piece): void {
    this.#options.payments.received(party, piece)
  }

  checked(party: Party, piece: Piece): void {
    const source = this.#options.sourceOf(piece.streamId)
    this.#stream(source).bytesBought += piece.byteLength
    this.#stream(source).paid += this.#bought.add(nameOf(party), source, piece.byteLength)
    this.#options.payments.checked(party, piece)
  }

  #stream(streamId: Hex): StreamBook {
    return bookOf(this.#streams, streamId, () => ({ earned: 0n, paid: 0n, bytesSold: 0, bytesBought: 0 }))
  }

  #peer(party: string): PeerBook {
    return bookOf(this.#peers, party, () => ({ earned: 0n, paid: 0n, bounced: 0n }))
  }
}

/** The book under `key`, which becomes the newest. Forgets the oldest books. */
function bookOf<Key, Book>(books: Map<Key, Book>, key: Key, open: () => Book): Book {
  const book = books.get(key) ?? open()
  books.delete(key)
  books.set(key, book)
  for (const oldest of books.keys()) {
    if (books.size <= maxBooks) break
    books.delete(oldest)
  }
  return book
}
