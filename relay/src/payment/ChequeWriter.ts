import { Cheque, ProtocolError, type typedData } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import { type ChequeEntry, decodeEntry, encodeEntry } from './chequeEntry'
import type { PaymentStore } from './PaymentStore'

/** A key that signs cheques of an issuer. */
export type ChequeKey = {
  /** The account whose deposit pays the cheques. */
  issuer: Address
  /** The issuer's own key, or a session key of the issuer. */
  signer: typedData.Signer
  /** The limit of a session key, in wei, for all cheques together. */
  cap: bigint
  /** First time at which cheques of this key cannot be cashed, in Unix seconds. */
  expiry: bigint
}

export type ChequeWriterOptions = ChequeKey & { store: PaymentStore; domain: Cheque.Domain }

const prefix = 'written/'
/** We write no cheque in this time before the expiry, because a payee needs time to cash the cheque. */
const leastSecondsLeft = 3_600n

/** Writes cheques. Stores each cheque before the caller gets it. So after a crash, each new cheque is higher than every cheque that a peer can hold. */
export class ChequeWriter {
  #options: ChequeWriterOptions
  /** By the id of the channel. */
  readonly #written: Map<Hex, ChequeEntry>
  /** The amount of the cheque that is being signed and stored, in wei. */
  #writing = 0n
  #last: Promise<unknown> = Promise.resolve()
  #spent: bigint

  private constructor(options: ChequeWriterOptions, written: Map<Hex, ChequeEntry>, spent: bigint) {
    this.#options = options
    this.#written = written
    this.#spent = spent
  }

  /** Reads the stored cheques. Rejects with `chequeEntry.DamagedEntryError`, or with the error of the store. */
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

  /** The sum of the payments that this key has promised, in wei. After a crash, it can be larger than the true sum, but never smaller. */
  get spent(): bigint {
    return this.#spent + this.#writing
  }

  /** The issuer has raised the cap or the expiry of the session key. */
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

  /** The sum of the payments that our cheques promise to this peer, in wei. */
  promisedTo(party: string): bigint {
    const toParty = [...this.#written.values()].filter((entry) => entry.party === party)
    return toParty.reduce((sum, { cheque }) => sum + cheque.cumulative, 0n)
  }

  /**
   * Writes a cheque that pays `amount` more than the previous cheque of the channel. Resolves when the cheque is stored. Rejects with `CapError`,
   * `ExpiryError`, `Cheque.AmountError`, or the error of the store. `nowSeconds`: Unix time.
   */
  write(
    channel: Cheque.Channel,
    { amount, party, nowSeconds }: { amount: bigint; party: string; nowSeconds: bigint },
  ): Promise<Cheque.SignedCheque> {
    // We write one cheque after the other, because two cheques of one channel must not have the same `cumulative`.
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
      // We store the spent amount before the cheque. After a crash in between, the spent amount is too large, which is safe.
      await store.put(spentKey(this.#options), `${this.spent}`)
      this.#spent += amount
      this.#writing = 0n
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
    super('The cap of the session key does not cover the cheque.', {
      details: [`Cap: ${cap} wei`, `Spent: ${spent} wei`, `Cheque: ${amount} wei`],
    })
  }
}

export class ExpiryError extends ProtocolError {
  override readonly name = 'ChequeWriter.ExpiryError'
  constructor({ expiry }: { expiry: bigint }) {
    super('The session key has expired or expires soon, so we write no cheque.', {
      details: [`Expiry: ${expiry} (Unix time)`],
    })
  }
}
