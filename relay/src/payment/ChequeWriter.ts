import { Cheque, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { type ChequeEntry, decodeEntry, encodeEntry } from './chequeEntry'
import type { PaymentStore } from './PaymentStore'

/** A key that signs cheques of an issuer. */
export type ChequeKey = {
  /** The account whose deposit pays. */
  issuer: Address
  /** The issuer's own key, or a session key of the issuer. */
  signer: typedData.Signer
  /** The limit of a session key, in wei, for all cheques together. */
  cap: bigint
  /** Unix time in seconds from which nobody can cash the cheques of this key. */
  expiry: bigint
}

export type ChequeWriterOptions = ChequeKey & { store: PaymentStore; domain: Cheque.Domain }

const prefix = 'written/'
/** A payee needs time to cash. */
const leastSecondsLeft = 3_600n

/**
 * Writes cheques. Stores each cheque before the caller gets it. So after a crash, we never sign a lower cheque than one that a peer may have.
 */
export class ChequeWriter {
  #options: ChequeWriterOptions
  /** By the id of the channel. */
  readonly #written: Map<Hex, ChequeEntry>
  /** Amounts of cheques that are being stored. */
  #writing = 0n
  #last: Promise<unknown> = Promise.resolve()
  #spent: bigint

  private constructor(options: ChequeWriterOptions, written: Map<Hex, ChequeEntry>, spent: bigint) {
    this.#options = options
    this.#written = written
    this.#spent = spent
  }

  /** Reads the stored cheques. Rejects with `chequeEntry.DamagedEntryError`, or the error of the store. */
  static async open(options: ChequeWriterOptions): Promise<ChequeWriter> {
    const written = new Map<Hex, ChequeEntry>()
    let spent = 0n
    for (const [key, text] of await options.store.load()) {
      if (key === spentKey(options)) spent = BigInt(text)
      if (!key.startsWith(prefix)) continue
      const entry = decodeEntry(key, text)
      written.set(Cheque.channelId(entry.cheque), entry)
    }
    return new ChequeWriter(options, written, spent)
  }

  get issuer(): Address {
    return this.#options.issuer
  }

  /** What the cheques of this key promise, in wei. Never less than what they do. */
  get spent(): bigint {
    return this.#spent + this.#writing
  }

  /** The issuer has raised what the session key may do. */
  raise({ cap, expiry }: Pick<ChequeKey, 'cap' | 'expiry'>): void {
    this.#options = { ...this.#options, cap, expiry }
  }

  /** The newest cheque of the channel. */
  last(channel: Cheque.Channel): Cheque.SignedCheque | undefined {
    return this.#written.get(Cheque.channelId(channel))?.cheque
  }

  /** The channel of the newest cheque to this peer. */
  channelTo(party: string): Cheque.Channel | undefined {
    return [...this.#written.values()].findLast((entry) => entry.party === party && entry.cheque.issuer === this.issuer)
      ?.cheque
  }

  /** The sum of all cheques to this peer, in wei. */
  promisedTo(party: string): bigint {
    const toParty = [...this.#written.values()].filter((entry) => entry.party === party)
    return toParty.reduce((sum, { cheque }) => sum + cheque.cumulative, 0n)
  }

  /**
   * Writes a cheque over `amount` more than the one before. Resolves when the cheque is stored. Rejects with `CapError`, `ExpiryError`,
   * `Cheque.AmountError`, or the error of the store; then the cheque must not be sent. `nowSeconds`: Unix time.
   */
  write(
    channel: Cheque.Channel,
    { amount, party, nowSeconds }: { amount: bigint; party: string; nowSeconds: bigint },
  ): Promise<Cheque.SignedCheque> {
    // One after the other: two cheques of one channel must not have the same cumulative.
    const writing = this.#last.then(() => this.#write(channel, { amount, party, nowSeconds }))
    this.#last = writing.catch(() => undefined)
    return writing
  }

  async #write(
    channel: Cheque.Channel,
    { amount, party, nowSeconds }: { amount: bigint; party: string; nowSeconds: bigint },
  ): Promise<Cheque.SignedCheque> {
    const { store, signer, domain, cap, expiry } = this.#options
    if (this.spent + amount > cap) throw new CapError({ cap, spent: this.spent, amount })
    if (nowSeconds + leastSecondsLeft > expiry) throw new ExpiryError({ expiry })
    const id = Cheque.channelId(channel)
    const cheque = Cheque.next(this.#written.get(id)?.cheque ?? Cheque.first(channel), amount)
    this.#writing = amount
    try {
      const signed = await Cheque.sign(cheque, signer, domain)
      // First what the key has spent: after a crash between the two, we count too much, which is safe.
      await store.put(spentKey(this.#options), `${this.spent}`)
      this.#spent += amount
      const entry = { cheque: signed, party }
      await store.put(`${prefix}${id}`, encodeEntry(entry))
      this.#written.delete(id)
      this.#written.set(id, entry)
      return signed
    } finally {
      this.#writing = 0n
    }
  }
}

const spentKey = ({ signer }: ChequeKey) => `spent/${signer.address.toLowerCase()}`

export class CapError extends ProtocolError {
  override readonly name = 'ChequeWriter.CapError'
  constructor({ cap, spent, amount }: { cap: bigint; spent: bigint; amount: bigint }) {
    super('The session key must not pay so much.', {
      details: [`Cap: ${cap} wei`, `Spent: ${spent} wei`, `Cheque: ${amount} wei`],
    })
  }
}

export class ExpiryError extends ProtocolError {
  override readonly name = 'ChequeWriter.ExpiryError'
  constructor({ expiry }: { expiry: bigint }) {
    super('The session key ends soon, so no peer would take its cheques.', { details: [`Unix time: ${expiry}`] })
  }
}
