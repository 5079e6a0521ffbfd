import { ProtocolError } from '@lp/contracts/protocol'
import {
  type Address,
  concatHex,
  type Hex,
  keccak256,
  numberToHex,
  type PublicClient,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { BlockRunner } from './BlockRunner'
import { reorgBlocks } from './reorgBlocks'
import { transactionAt } from './transactionAt'
import { unless } from './unless'

/** A signed transaction. It can be sent again without a change. */
export type Signed = {
  nonce: number
  hash: Hex
  serialized: Hex
  /** Two transactions with the same action make the same call. */
  action: Hex
}

/** Hash of the contract, the sent wei and the call data. */
export const actionOf = (contract: Address, data: Hex, value: bigint): Hex =>
  keccak256(concatHex([contract, numberToHex(value, { size: 32 }), data]))

type Sent = Signed & {
  /**
   * The block that holds the transaction; `new`: no block has held it yet; `fallen`: a reorganisation has removed it from its
   * block.
   */
  place: bigint | 'new' | 'fallen'
  /** Resolves when a block holds the transaction. */
  receipt: Promise<TransactionReceipt>
  settle(outcome: TransactionReceipt | Error): void
  /** The first block at which the nonce was used and the transaction's receipt was missing. */
  overtaken: bigint | undefined
}

export type SentTransactionsOptions = {
  client: PublicClient
  address: Address
  /** How long a transaction may wait for a block, in milliseconds. After this time it is no longer followed. */
  patienceMs: number
  /** Called when the chain did not answer, or refused a transaction that was sent again. The next try is at the next block. */
  onFault(error: Error): void
}

/**
 * Follows the sent transactions of one key at each block, until no reorganisation can undo them, or until they have waited too long for a
 * block. If neither the chain nor the pool holds a transaction, it is sent again without a change, because transactions with later nonces
 * wait for it.
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

  /** Whether one of the followed transactions has the nonce. */
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

  /**
   * Finds a transaction with this action that a reorganisation has removed from its block. Returns a promise of the receipt that the
   * transaction gets when a block holds it again. `mined`: the number of nonces that are used on chain. The nonce of a removed
   * transaction is at least `mined`.
   */
  returning(action: Hex, mined: number): Promise<TransactionReceipt> | undefined {
    for (const sent of this.#sent.values()) {
      if (sent.action !== action || sent.nonce < mined || sent.place === 'new') continue
      if (sent.place !== 'fallen') this.#fall(sent)
      return sent.receipt
    }
    return undefined
  }

  /** Stops following all transactions. Later blocks may still take them. */
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
    // The RPC refused a transaction that was sent again. The run at the next block shows whether the transaction is in
    // the chain.
    if (refusals[0]) throw refusals[0]
  }

  /** Requests the receipt of a transaction whose nonce is used on chain, by this transaction or by another transaction. */
  async #seek(sent: Sent, block: bigint): Promise<void> {
    if (typeof sent.place === 'bigint') {
      if (block >= sent.place + reorgBlocks) this.#forget(sent)
      return
    }
    const receipt = await this.#receiptOf(sent.hash)
    if (receipt) this.#settle(sent, receipt)
    else if (sent.overtaken === undefined) sent.overtaken = block
    // A missing receipt at one block proves nothing: the chain can change between the request for the nonce and the next request.
    else if (block > sent.overtaken) await this.#settleOvertaken(sent)
  }

  /**
   * The operator can use the same key in a wallet, and replace a transaction there. If the replacement makes the same call (a
   * speed-up), the caller gets the receipt of the replacement. Otherwise the call was cancelled.
   */
  async #settleOvertaken(sent: Sent): Promise<void> {
    const { nonce, hash, action } = sent
    const other = await transactionAt(this.#client, { address: this.#options.address, nonce })
    if (other?.hash === hash) return
    const isSameCall = other?.to && actionOf(other.to, other.input, other.value) === action
    const receipt = isSameCall ? await this.#receiptOf(other.hash) : undefined
    if (receipt) return this.#settle(sent, receipt)
    if (isSameCall) return
    this.#forget(sent)
    sent.settle(new OvertakenError({ ...sent, other: other?.hash }))
  }

  #settle(sent: Sent, receipt: TransactionReceipt): void {
    sent.place = receipt.blockNumber
    sent.overtaken = undefined
    sent.settle(receipt)
  }

  #receiptOf(hash: Hex): Promise<TransactionReceipt | undefined> {
    return this.#client.getTransactionReceipt({ hash }).catch(unless(TransactionReceiptNotFoundError))
  }

  /** Sends a transaction again if the pool does not hold it. The transaction's nonce is not used on chain yet. */
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
    // Without this handler, a rejection that no caller awaits would be unhandled.
    receipt.catch(() => undefined)
    return { receipt, settle }
  }
}

/** No block took the transaction within `patienceMs`. The RPC may have refused it. */
export class ForgottenError extends ProtocolError {
  override readonly name = 'SentTransactions.ForgottenError'
  constructor({ hash, nonce }: Signed) {
    super('No block has taken the transaction in time.', { details: [`Transaction: ${hash}`, `Nonce: ${nonce}`] })
  }
}

/** A block holds another transaction of the same key with this nonce, and that transaction makes another call. */
export class OvertakenError extends ProtocolError {
  override readonly name = 'SentTransactions.OvertakenError'
  constructor({ hash, nonce, other }: Signed & { other: Hex | undefined }) {
    super('Another transaction has used the nonce of this transaction.', {
      details: [`Transaction: ${hash}`, `Nonce: ${nonce}`, `Other transaction: ${other ?? 'unknown'}`],
    })
  }
}

export class ClosedError extends ProtocolError {
  override readonly name = 'SentTransactions.ClosedError'
  constructor() {
    super('The sender was closed before a block held the transaction.')
  }
}
