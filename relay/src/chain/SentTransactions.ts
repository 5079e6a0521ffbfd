import { ProtocolError } from '@lp/contracts/protocol'
import {
  type Address,
  type Hex,
  type PublicClient,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { BlockRunner } from './BlockRunner'
import { reorgBlocks } from './reorgBlocks'

/** A signed transaction, which can be sent again as it is. */
export type Signed = {
  nonce: number
  hash: Hex
  serialized: Hex
  /** Hash of the contract and the call data: transactions with the same action do the same. */
  action: Hex
}

type Sent = Signed & {
  /** The block that holds it; `new`: in no block yet; `fallen`: a reorganisation has taken it out of its block. */
  place: bigint | 'new' | 'fallen'
  /** The receipt of the block that holds it now, or will hold it. */
  receipt: Promise<TransactionReceipt>
  settle(outcome: TransactionReceipt | Error): void
  /** Block in which its nonce was used, and its receipt was missing. */
  overtaken: bigint | undefined
}

export type SentTransactionsOptions = {
  client: PublicClient
  address: Address
  /** How long a transaction may wait for a block before it is given up. */
  patienceMs: number
  /** The chain did not answer, or refused to take a transaction again. The next block decides. */
  onFault(error: Error): void
}

/**
 * The transactions of one key that a reorganisation can still undo, checked at each block. A transaction that neither the
 * chain nor the pool knows is sent again as it was signed, because transactions with later nonces wait for it.
 */
export class SentTransactions {
  readonly #options: SentTransactionsOptions
  readonly #client: PublicClient
  readonly #sent = new Map<number, Sent>()
  /** Runs while there is a transaction to follow. */
  #runner: BlockRunner | undefined
  #isClosed = false

  constructor(options: SentTransactionsOptions) {
    this.#options = options
    this.#client = options.client
  }

  /** Whether one of these transactions has the nonce. */
  has(nonce: number): boolean {
    return this.#sent.has(nonce)
  }

  /**
   * Follows a transaction that was just sent. Resolves with its receipt. Rejects with `ForgottenError`, `OvertakenError` and
   * `ClosedError`.
   */
  add(signed: Signed): Promise<TransactionReceipt> {
    const sent: Sent = { ...signed, ...this.#expect(signed), place: 'new', overtaken: undefined }
    this.#sent.set(signed.nonce, sent)
    if (this.#isClosed) sent.settle(new ClosedError())
    else this.#follow()
    return sent.receipt
  }

  /** The next receipt of a transaction that was in a block and is in none now that `mined` nonces are used. */
  returning(action: Hex, mined: number): Promise<TransactionReceipt> | undefined {
    for (const sent of this.#sent.values()) {
      if (sent.action !== action || sent.nonce < mined || sent.place === 'new') continue
      if (sent.place !== 'fallen') this.#fall(sent)
      return sent.receipt
    }
    return undefined
  }

  /** Stops following. Transactions that were sent stay sent. */
  close(): void {
    this.#isClosed = true
    this.#runner?.stop()
    for (const sent of this.#sent.values()) sent.settle(new ClosedError())
  }

  #follow(): void {
    const { client, onFault } = this.#options
    if (this.#runner) this.#runner.wake()
    else {
      this.#runner = new BlockRunner({ client, act: (block) => this.#look(block), onFault })
      this.#runner.start()
    }
  }

  async #look(block: bigint): Promise<void> {
    const mined = await this.#client.getTransactionCount({ address: this.#options.address, blockTag: 'latest' })
    const refusals: Error[] = []
    for (const sent of [...this.#sent.values()].sort((a, b) => a.nonce - b.nonce))
      if (sent.nonce < mined) await this.#seek(sent, block)
      else await this.#keepInPool(sent).catch((error: Error) => refusals.push(error))
    if (this.#sent.size === 0) {
      this.#runner?.stop()
      this.#runner = undefined
    }
    // After a refusal the next block shows whether the transaction is in the chain.
    if (refusals[0]) throw refusals[0]
  }

  /** Its nonce is used: by this transaction, or by another. */
  async #seek(sent: Sent, block: bigint): Promise<void> {
    if (typeof sent.place === 'bigint') {
      if (block >= sent.place + reorgBlocks) this.#forget(sent)
      return
    }
    const { hash } = sent
    const receipt = await this.#client.getTransactionReceipt({ hash }).catch(unless(TransactionReceiptNotFoundError))
    if (receipt) {
      sent.place = receipt.blockNumber
      sent.overtaken = undefined
      sent.settle(receipt)
    } else if (sent.overtaken === undefined) sent.overtaken = block
    // A node can answer one question before a new block and the next one after it.
    else if (block > sent.overtaken) {
      this.#forget(sent)
      sent.settle(new OvertakenError(sent))
    }
  }

  /** Its nonce is not used yet: no block holds it, so the pool must know it. */
  async #keepInPool(sent: Sent): Promise<void> {
    if (typeof sent.place === 'bigint') this.#fall(sent)
    const { hash, serialized: serializedTransaction } = sent
    if (await this.#client.getTransaction({ hash }).catch(unless(TransactionNotFoundError))) return
    await this.#client.sendRawTransaction({ serializedTransaction })
  }

  #fall(sent: Sent): void {
    Object.assign(sent, this.#expect(sent), { place: 'fallen' })
  }

  #forget({ nonce }: Signed): void {
    this.#sent.delete(nonce)
  }

  #expect(signed: Signed): Pick<Sent, 'receipt' | 'settle'> {
    let settle: Sent['settle'] = () => undefined
    const receipt = new Promise<TransactionReceipt>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#forget(signed)
        reject(new ForgottenError(signed))
      }, this.#options.patienceMs)
      settle = (outcome) => {
        clearTimeout(timer)
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      }
    })
    // Without this, a rejection that no caller waits for would be an unhandled one.
    receipt.catch(() => undefined)
    return { receipt, settle }
  }
}

/** Turns this kind of error into `undefined`, and throws every other one. */
const unless = (kind: new (...args: never[]) => Error) => (error: unknown) => {
  if (error instanceof kind) return undefined
  throw error
}

/** No block took it, or the node refused to take it again. */
export class ForgottenError extends ProtocolError {
  override readonly name = 'SentTransactions.ForgottenError'
  constructor({ hash, nonce }: Signed) {
    super('No block has taken the transaction in time.', { details: [`Transaction: ${hash}`, `Nonce: ${nonce}`] })
  }
}

/** The same key has sent another transaction with this nonce. */
export class OvertakenError extends ProtocolError {
  override readonly name = 'SentTransactions.OvertakenError'
  constructor({ hash, nonce }: Signed) {
    super('Another transaction has taken the nonce of this one.', {
      details: [`Transaction: ${hash}`, `Nonce: ${nonce}`],
    })
  }
}

export class ClosedError extends ProtocolError {
  override readonly name = 'SentTransactions.ClosedError'
  constructor() {
    super('The sender was closed while a transaction was on its way.')
  }
}
