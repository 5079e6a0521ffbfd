import { Cheque, ProtocolError, type StreamId } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type HeldCheque, owedOf } from '../payment/HeldCheque'
import type { PaymentStore } from '../payment/PaymentStore'
import type { Account } from './messages'

/** An entry about the buyer of one channel. `bought`: for each stream, the epochs whose keys the buyer has paid for. */
type Entry = Account & { readonly bought: ReadonlyMap<StreamId.StreamId, readonly bigint[]> }

const prefix = 'keys/'
const empty: Entry = { counted: 0n, credit: 0n, bought: new Map() }
/** The largest number of bought epochs of one stream. `KeyRing` keeps fewer epochs, so the shop has no keys of a forgotten epoch. */
const maxEpochs = 128
const maxStreams = 16

/**
 * The payments and the bought epochs of each buyer. The shop stores an entry before it sends a key. So after a crash, the shop does not sell two
 * epochs for one payment, and it forgets no payment.
 */
export class KeyAccounts {
  readonly #store: PaymentStore
  /** By the id of the channel. */
  readonly #entries: Map<Hex, Entry>

  private constructor(store: PaymentStore, entries: Map<Hex, Entry>) {
    this.#store = store
    this.#entries = entries
  }

  /**
   * Reads the stored entries. `held`: the cheques that the till has read. If a crash came after a cheque was stored, and before it was
   * counted, counts the cheque now. Rejects with `DamagedEntryError`, or the error of the store.
   */
  static async open({ store, held }: { store: PaymentStore; held: readonly HeldCheque[] }): Promise<KeyAccounts> {
    const entries = new Map<Hex, Entry>()
    for (const [key, text] of await store.load())
      if (key.startsWith(prefix)) entries.set(key.slice(prefix.length) as Hex, decode(key, text))
    const accounts = new KeyAccounts(store, entries)
    for (const cheque of held) await accounts.count(cheque)
    return accounts
  }

  of(channel: Cheque.Channel): Account {
    const { counted, credit } = this.#entry(channel)
    return { counted, credit }
  }

  hasBought(channel: Cheque.Channel, { streamId, epoch }: { streamId: StreamId.StreamId; epoch: bigint }): boolean {
    return this.#entry(channel).bought.get(streamId)?.includes(epoch) ?? false
  }

  /** Whether the buyer has bought an epoch of this stream. */
  isBuyerOf(channel: Cheque.Channel, streamId: StreamId.StreamId): boolean {
    return this.#entry(channel).bought.has(streamId)
  }

  /**
   * Counts the newest cheque of a channel: adds to the credit the amount by which the cheque exceeds the last counted cheque. For a new
   * channel, adds the part of the cheque that is not cashed yet. Resolves when the entry is stored.
   */
  async count(held: HeldCheque): Promise<void> {
    const { cheque } = held
    const known = this.#entries.get(Cheque.channelId(cheque))
    const growth = known ? cheque.cumulative - known.counted : owedOf(held)
    if (known && growth <= 0n) return
    const { credit, bought } = known ?? empty
    await this.#put(cheque, { counted: cheque.cumulative, credit: credit + growth, bought })
  }

  /**
   * Subtracts the price of an epoch from the credit, and records the epoch as bought. Resolves to true when both are stored. Resolves to false, and
   * changes nothing, if the credit is too small.
   */
  async buy(
    channel: Cheque.Channel,
    { streamId, epoch, price }: { streamId: StreamId.StreamId; epoch: bigint; price: bigint },
  ): Promise<boolean> {
    const { counted, credit, bought } = this.#entry(channel)
    if (credit < price) return false
    const epochs = [...(bought.get(streamId) ?? []), epoch].slice(-maxEpochs)
    const others = [...bought].filter(([other]) => other !== streamId).slice(1 - maxStreams)
    const after = new Map<StreamId.StreamId, readonly bigint[]>([...others, [streamId, epochs]])
    await this.#put(channel, { counted, credit: credit - price, bought: after })
    return true
  }

  #entry(channel: Cheque.Channel): Entry {
    return this.#entries.get(Cheque.channelId(channel)) ?? empty
  }

  async #put(channel: Cheque.Channel, entry: Entry): Promise<void> {
    const id = Cheque.channelId(channel)
    await this.#store.put(`${prefix}${id}`, encode(entry))
    this.#entries.set(id, entry)
  }
}

function encode({ counted, credit, bought }: Entry): string {
  const lists = Object.fromEntries([...bought].map(([streamId, epochs]) => [streamId, epochs.map(String)]))
  return JSON.stringify({ version: 1, counted: `${counted}`, credit: `${credit}`, bought: lists })
}

function decode(key: string, text: string): Entry {
  try {
    const { version, counted, credit, bought } = JSON.parse(text)
    if (version !== 1) throw new TypeError(`version ${version}`)
    const lists = Object.entries(bought as Record<string, string[]>)
    const read = lists.map(([streamId, epochs]) => [streamId as StreamId.StreamId, epochs.map(BigInt)] as const)
    return { counted: BigInt(counted), credit: BigInt(credit), bought: new Map(read) }
  } catch (cause) {
    throw new DamagedEntryError({ key, cause })
  }
}

export class DamagedEntryError extends ProtocolError {
  override readonly name = 'KeyAccounts.DamagedEntryError'
  constructor({ key, cause }: { key: string; cause: unknown }) {
    super('The stored payments of a buyer of keys cannot be read. Restore the store from a backup.', {
      details: [`Entry: ${key}`],
      cause,
    })
  }
}
