import { deploymentOn } from '@lp/contracts/deployments'
import type { Cheque } from '@lp/contracts/protocol'
import { Cashier, type ChequebookAccount, type ChequebookChain, readChequebook } from 'lp-relay'
import type { Address, Client } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { lockStore } from './lockStore'
import { PaymentDatabase } from './PaymentDatabase'
import { UnsafeBrowserError } from './StoreError'
import { openSessionKey } from './sessionKey'

export type PurseOptions = {
  client: Client
  chainId: number
  /** The wallet whose deposit pays. */
  issuer: Address
}

export const chequeDomainOf = (chainId: number): Cheque.Domain => ({
  chainId,
  chequebook: deploymentOn(chainId).chequebook,
})

/** A viewer takes no cheques, so it asks nothing of the chain for them. */
const noCheques: ChequebookChain = {
  factsOf: () => Promise.reject(new RangeError('A viewer holds no cheques.')),
  costOf: () => Promise.reject(new RangeError('A viewer holds no cheques.')),
  cash: () => Promise.reject(new RangeError('A viewer holds no cheques.')),
}

/** All that this browser needs to pay from the deposit of a wallet. Only one tab at a time has the purse of a wallet. */
export class Purse {
  readonly issuer: Address
  readonly signer: PrivateKeyAccount
  readonly cashier: Cashier
  readonly #client: Client
  readonly #close: () => void
  #account: ChequebookAccount

  private constructor(
    { client, issuer }: PurseOptions,
    parts: { signer: PrivateKeyAccount; cashier: Cashier; account: ChequebookAccount; close(): void },
  ) {
    this.issuer = issuer
    this.signer = parts.signer
    this.cashier = parts.cashier
    this.#client = client
    this.#account = parts.account
    this.#close = parts.close
  }

  /**
   * Waits while another tab has the purse. Rejects with the errors of `lockStore`, `PaymentDatabase.open`, `openSessionKey` and `Cashier.open`, or with
   * the error of the chain.
   */
  static async open(
    options: PurseOptions,
    { signal, onWait }: { signal: AbortSignal; onWait(): void },
  ): Promise<Purse> {
    const { client, chainId, issuer } = options
    const name = nameOf(options)
    const release = await lockStore(name, { signal, onWait })
    let store: PaymentDatabase | undefined
    try {
      store = await openDatabase(name)
      const signer = await openSessionKey(store)
      const account = await readChequebook(client, { issuer, key: signer.address })
      const cashier = await Cashier.open({
        ...{ store, chain: noCheques, domain: chequeDomainOf(chainId) },
        key: { issuer, signer, cap: account.key.cap, expiry: account.key.expiry },
        isOurs: () => false,
        nowMs: () => Date.now(),
      })
      const opened = store
      return new Purse(options, {
        ...{ signer, cashier, account },
        close() {
          opened.close()
          release()
        },
      })
    } catch (error) {
      store?.close()
      release()
      throw error
    }
  }

  /** What the chain says about the deposit and the session key. */
  get account(): ChequebookAccount {
    return this.#account
  }

  /** Whether the wallet has authorised the session key. */
  get isAuthorised(): boolean {
    return this.#account.key.cap > 0n
  }

  /** What the cheques of this browser promise in all, in wei. */
  get promised(): bigint {
    return this.cashier.promised
  }

  /** What the deposit and the cap leave for further cheques, in wei. */
  get left(): bigint {
    const { deposit, withdrawal, key } = this.#account
    const uncashed = this.promised - key.spent
    const left = min(key.cap - this.promised, deposit - withdrawal - (uncashed > 0n ? uncashed : 0n))
    return left > 0n ? left : 0n
  }

  /** Reads the chain again. Rejects with the error of the chain. */
  async refresh(): Promise<void> {
    this.#account = await readChequebook(this.#client, { issuer: this.issuer, key: this.signer.address })
    this.cashier.raise(this.#account.key)
  }

  close(): void {
    this.#close()
  }
}

/**
 * The address of the session key, which the wallet must authorise. If the chain does not know the key, although it has signed cheques, the chain is a
 * new one (a local chain starts again with each `npm start`): then this browser makes a new key. Rejects like `Purse.open`.
 */
export async function readSessionAddress(options: PurseOptions): Promise<Address> {
  const database = await openDatabase(nameOf(options))
  try {
    const { address } = await openSessionKey(database)
    const { key } = await readChequebook(options.client, { issuer: options.issuer, key: address })
    if (key.cap > 0n || (await database.load()).size === 0) return address
    await database.clear()
    return (await openSessionKey(database)).address
  } finally {
    database.close()
  }
}

async function openDatabase(name: string): Promise<PaymentDatabase> {
  if (!('indexedDB' in globalThis)) throw new UnsafeBrowserError()
  return PaymentDatabase.open(name)
}

/** Each wallet has its own store: two wallets have different cheques. */
const nameOf = ({ chainId, issuer }: PurseOptions): string =>
  `lp-payments-${chainId}-${deploymentOn(chainId).chequebook}-${issuer}`.toLowerCase()

const min = (one: bigint, other: bigint) => (one < other ? one : other)
