import { ProtocolError } from '@lp/contracts/protocol'
import {
  type Address,
  type Hex,
  type PublicClient,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { reorgBlocks } from './reorgBlocks'

/** A signed transaction, which can be sent again as it is. */
export type Signed = {
  nonce: number
  hash: Hex
  serialized: Hex
  /** Two with the same deed do the same. */
  deed: Hex
}

type Sent = Signed & {
  /** In a block, or `new`, or `fallen` out of its block again. */
  place: bigint | 'new' | 'fallen'
  /** Of the block in which it is, or will be. */
  receipt: Promise<TransactionReceipt>
  settle(outcome: TransactionReceipt | Error): void
  /** Block in which another was seen to have its nonce. */
  overtaken: bigint | undefined
}

/**
 * What one key has sent and a reorganisation can still undo, looked at once a block. What neither chain nor pool knows any
 * more is sent again as it was signed: whatever has a later nonce waits for it.
 */
export class SentTransactions {
  readonly #client: PublicClient
  readonly #address: Address
  readonly #patienceMs: number
  readonly #sent = new Map<number, Sent>()
  #unwatch: (() => void) | undefined
  #newest = 0n
  #looking: Promise<void> | undefined
  #isAskedAgain = false
  #isClosed = false

  /** `patienceMs`: so long one may be in no block before it is given up. */
  constructor({ client, address, patienceMs }: { client: PublicClient; address: Address; patienceMs: number }) {
    this.#client = client
    this.#address = address
    this.#patienceMs = patienceMs
  }

  /** Whether a nonce is taken by one of these. */
  has(nonce: number): boolean {
    return this.#sent.has(nonce)
  }

  /** Follows what was just sent to its receipt. Rejects with `ForgottenError`, `OvertakenError`, `ClosedError`. */
  add(signed: Signed): Promise<TransactionReceipt> {
    const sent: Sent = { ...signed, ...this.#expect(signed), place: 'new', overtaken: undefined }
    this.#sent.set(signed.nonce, sent)
    if (this.#isClosed) sent.settle(new ClosedError())
    else this.#watch()
    return sent.receipt
  }

  /** The receipt to come of one that was in a block and is in none now that `mined` nonces are used up. */
  returning(deed: Hex, mined: number): Promise<TransactionReceipt> | undefined {
    for (const sent of this.#sent.values()) {
      if (sent.deed !== deed || sent.nonce < mined || sent.place === 'new') continue
      if (sent.place !== 'fallen') this.#fall(sent)
      return sent.receipt
    }
    return undefined
  }

  /** Follows nothing any more; what is sent stays sent. */
  close(): void {
    this.#isClosed = true
    this.#unwatch?.()
    for (const sent of this.#sent.values()) sent.settle(new ClosedError())
  }

  #watch(): void {
    this.#unwatch ??= this.#client.watchBlockNumber({
      onBlockNumber: (block) => {
        this.#newest = block
        this.#look()
      },
      // The next block is asked for all the same.
      onError: () => undefined,
    })
    this.#look()
  }

  /** One look at a time, and another one when there was news meanwhile. A chain that is away is asked at the next block. */
  #look(): void {
    this.#isAskedAgain = true
    this.#looking ??= (async () => {
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = false
        await this.#read().catch(() => undefined)
      }
      this.#looking = undefined
      if (this.#sent.size > 0) return
      this.#unwatch?.()
      this.#unwatch = undefined
    })()
  }

  async #read(): Promise<void> {
    const mined = await this.#client.getTransactionCount({ address: this.#address, blockTag: 'latest' })
    for (const sent of [...this.#sent.values()].sort((a, b) => a.nonce - b.nonce))
      if (sent.nonce < mined) await this.#seek(sent)
      else await this.#keep(sent)
  }

  /** Its nonce is used up: by it, or by another. */
  async #seek(sent: Sent): Promise<void> {
    if (typeof sent.place === 'bigint') {
      if (this.#newest >= sent.place + reorgBlocks) this.#forget(sent)
      return
    }
    const { hash } = sent
    const receipt = await this.#client.getTransactionReceipt({ hash }).catch(unless(TransactionReceiptNotFoundError))
    if (receipt) {
      sent.place = receipt.blockNumber
      sent.overtaken = undefined
      sent.settle(receipt)
    } else if (sent.overtaken === undefined) sent.overtaken = this.#newest
    // A node may answer for two blocks while they come.
    else if (this.#newest > sent.overtaken) {
      this.#forget(sent)
      sent.settle(new OvertakenError(sent))
    }
  }

  /** It is in no block: the pool must know it. */
  async #keep(sent: Sent): Promise<void> {
    if (typeof sent.place === 'bigint') this.#fall(sent)
    const { hash, serialized: serializedTransaction } = sent
    if (await this.#client.getTransaction({ hash }).catch(unless(TransactionNotFoundError))) return
    // Whatever is said against it, the next block shows what came of it.
    await this.#client.sendRawTransaction({ serializedTransaction }).catch(() => undefined)
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
      }, this.#patienceMs)
      settle = (outcome) => {
        clearTimeout(timer)
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      }
    })
    // Nobody has to wait for one that comes back.
    receipt.catch(() => undefined)
    return { receipt, settle }
  }
}

/** `undefined` for what is not there; any other failure goes on. */
const unless = (kind: new (...args: never[]) => Error) => (error: unknown) => {
  if (error instanceof kind) return undefined
  throw error
}

/** Nobody mined it, or the node would not have it again. */
export class ForgottenError extends ProtocolError {
  override readonly name = 'SentTransactions.ForgottenError'
  constructor({ hash, nonce }: Signed) {
    super('No block has taken the transaction for too long.', { details: [`Transaction: ${hash}`, `Nonce: ${nonce}`] })
  }
}

/** The same key has sent something else. */
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
    super('Nobody waits for it any more.')
  }
}
