import { ProtocolError } from '@lp/contracts/protocol'
import type {
  Abi,
  Account,
  Chain,
  ContractFunctionParameters,
  Hex,
  PublicClient,
  TransactionReceipt,
  Transport,
  WalletClient,
} from 'viem'
import { encodeFunctionData } from 'viem'
import { logOf } from '../log'
import { nextBlock } from './nextBlock'
import { revertOf } from './revert'
import { actionOf, SentTransactions } from './SentTransactions'

const log = logOf('chain')

/** If this time has passed since a transaction was sent, and no block contains the transaction, the sender writes a log line. */
const noticeMs = 10_000

/** `value`: wei that are sent with the call. */
export type Call = ContractFunctionParameters<Abi, 'nonpayable' | 'payable'> & { value?: bigint }

/** The types of viem do not accept a call whose ABI is not known. */
type Simulation = Parameters<PublicClient['simulateContract']>[0]
type Estimate = Parameters<PublicClient['estimateContractGas']>[0]

export type SenderOptions = {
  client: PublicClient
  wallet: WalletClient<Transport, Chain, Account>
  /**
   * How long a transaction of this key may wait for a block, in milliseconds. After this time the sender stops following a
   * transaction of its own, and replaces a transaction that another process sent with the same key.
   * @defaultValue 120000
   */
  patienceMs?: number
  /** Called when the chain did not answer a request about a sent transaction, or refused a transaction that was sent again. */
  onFault?(error: Error): void
}

/**
 * Sends all transactions of one key. It simulates each call before it sends the call, and assigns the nonces. Many transactions
 * can wait for a block at the same time. The sender stops following a transaction that is final or that no block takes in time. If
 * `send` fails, the caller reads the chain again and decides again whether to send the call.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #patienceMs: number
  readonly #closing = new AbortController()
  readonly #sent: SentTransactions
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SenderOptions) {
    this.#options = options
    this.#patienceMs = options.patienceMs ?? 120_000
    const { client, wallet, onFault = () => undefined } = options
    const { address } = wallet.account
    this.#sent = new SentTransactions({ client, address, patienceMs: this.#patienceMs, onFault })
  }

  get address(): Hex {
    return this.#options.wallet.account.address
  }

  /**
   * Resolves when the call is in a block and has succeeded. If a reorganisation has removed an earlier transaction with
   * the same call from its block, the sender waits until a block holds that transaction again, and sends no second
   * transaction. Throws `RevertError` and `UnsentError`.
   */
  async send(call: Call): Promise<TransactionReceipt> {
    const submitted = this.#turn.then(() => this.#submit(call))
    this.#turn = submitted.catch(() => undefined)
    const sent = await submitted
    const notice = setTimeout(
      () => log.info('waiting for a block with a transaction', { functionName: call.functionName }),
      noticeMs,
    )
    const receipt = await sent.receipt
      .catch((cause) => {
        throw this.#failure(call, cause)
      })
      .finally(() => clearTimeout(notice))
    // A call can fail after a successful simulation, because of an earlier transaction in the same block.
    if (receipt.status === 'reverted') await this.#explain(call, receipt)
    return receipt
  }

  /** Simulates the call on the block `blockNumber`, by default on the newest block. Throws `RevertError` and `UnsentError`. */
  async simulate(call: Call, blockNumber?: bigint): Promise<void> {
    const { client, wallet } = this.#options
    const request = { ...call, account: wallet.account, ...(blockNumber !== undefined && { blockNumber }) }
    await client.simulateContract(request as unknown as Simulation).catch((cause) => {
      throw this.#failure(call, cause)
    })
  }

  /** Stops waiting for blocks and receipts. Later blocks may still take transactions that were sent. */
  close(): void {
    this.#closing.abort()
    this.#sent.close()
  }

  /**
   * Returns the promise of the receipt inside an object. If this function returned the promise itself, `await` would also wait for
   * the receipt.
   */
  async #submit(call: Call): Promise<{ receipt: Promise<TransactionReceipt> }> {
    const { client, wallet } = this.#options
    try {
      const { nonce, mined, replaces } = await this.#nextNonce()
      const data = encodeFunctionData(call)
      const { value = 0n } = call
      const action = actionOf(call.address, data, value)
      const receipt = this.#sent.returning(action, mined)
      if (receipt) return { receipt }
      await this.simulate(call)
      const fees = replaces ? await this.#raisedFees() : {}
      const gas = await this.#gas(call)
      const { account, chain } = wallet
      const request = { account, chain, to: call.address, data, value, gas, nonce, ...fees }
      const serialized = await wallet.signTransaction(await wallet.prepareTransactionRequest(request))
      const hash = await client.sendRawTransaction({ serializedTransaction: serialized })
      log.debug('transaction sent', () => ({ functionName: call.functionName, nonce, hash }))
      return { receipt: this.#sent.add({ nonce, hash, serialized, action }) }
    } catch (cause) {
      throw cause instanceof ProtocolError ? cause : this.#failure(call, cause)
    }
  }

  /**
   * The pool can hold transactions that this sender does not know: transactions of a process that was killed, and transactions
   * for which the RPC's answer was lost. Such a transaction may contain the caller's call. So the sender first waits until a
   * block takes the transaction. After `patienceMs` the sender replaces the transaction.
   */
  async #nextNonce(): Promise<{ nonce: number; mined: number; replaces: boolean }> {
    const { client } = this.#options
    const startedAtMs = Date.now()
    let block: bigint | undefined
    for (;;) {
      const { address } = this
      const mined = await client.getTransactionCount({ address, blockTag: 'latest' })
      const pooled = await client.getTransactionCount({ address, blockTag: 'pending' })
      const isOurs = (nonce: number) => this.#sent.has(nonce)
      // After a reorganisation the pool may lack transactions of this sender. The sender will send them again with the same
      // nonces.
      const nonce = firstFree(Math.max(mined, pooled), isOurs)
      if (range(mined, pooled).every(isOurs)) return { nonce, mined, replaces: false }
      if (Date.now() - startedAtMs > this.#patienceMs) return { nonce: mined, mined, replaces: true }
      // A new block can come after the nonces are read and before the block number is read. So the first pass does not wait, and the
      // second pass reads the nonces again.
      block = block === undefined ? await client.getBlockNumber({ cacheTime: 0 }) : await this.#nextBlock(block)
    }
  }

  /** Resolves after `patienceMs` at the latest, because a chain may make no new blocks. */
  async #nextBlock(after: bigint): Promise<bigint> {
    const patience = AbortSignal.timeout(this.#patienceMs)
    const signal = AbortSignal.any([this.#closing.signal, patience])
    return nextBlock(this.#options.client, { after, signal }).catch((error) => {
      if (patience.aborted) return after
      throw error
    })
  }

  /**
   * The gas limit: the estimate plus a quarter of it. Earlier transactions in the same block can increase the gas that the call
   * needs. Unused gas costs nothing.
   */
  async #gas(call: Call): Promise<bigint> {
    const { client, wallet } = this.#options
    const request = { ...call, account: wallet.account } as unknown as Estimate
    const gas = await client.estimateContractGas(request)
    return gas + gas / 4n
  }

  /**
   * A node accepts a replacement if its fees are at least a tenth higher than the fees of the replaced transaction. Twice the
   * present fees are high enough, unless fees have fallen by almost half since the replaced transaction was sent.
   */
  async #raisedFees() {
    const { maxFeePerGas, maxPriorityFeePerGas } = await this.#options.client.estimateFeesPerGas()
    return { maxFeePerGas: maxFeePerGas * 2n, maxPriorityFeePerGas: maxPriorityFeePerGas * 2n }
  }

  #failure(call: Call, cause: unknown): RevertError | UnsentError {
    const revert = revertOf(cause)
    return revert ? new RevertError({ call, ...revert, cause }) : new UnsentError({ call, sender: this.address, cause })
  }

  async #explain(call: Call, { blockNumber }: TransactionReceipt): Promise<never> {
    const { client, wallet } = this.#options
    const again = { ...call, account: wallet.account, blockNumber } as unknown as Simulation
    const cause = await client.simulateContract(again).then(
      () => undefined,
      (error: unknown) => error,
    )
    const { errorName = 'unknown', args = [] } = revertOf(cause) ?? {}
    throw new RevertError({ call, errorName, args, cause })
  }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

function firstFree(from: number, isTaken: (nonce: number) => boolean): number {
  let nonce = from
  while (isTaken(nonce)) nonce++
  return nonce
}

/** The contract refuses the call. It will refuse the same call again until the state of the contract changes. */
export class RevertError extends ProtocolError {
  override readonly name = 'Sender.RevertError'
  readonly errorName: string
  readonly args: readonly unknown[]
  constructor({
    call,
    errorName,
    args,
    cause,
  }: {
    call: Call
    errorName: string
    args: readonly unknown[]
    cause?: unknown
  }) {
    super(`The contract refused ${call.functionName}: ${errorName}.`, {
      details: args.map((value, index) => `Argument ${index}: ${String(value)}`),
      cause,
    })
    this.errorName = errorName
    this.args = args
  }
}

/** The sender does not know whether the chain will execute the call. Later blocks show whether the chain has executed the call. */
export class UnsentError extends ProtocolError {
  override readonly name = 'Sender.UnsentError'
  readonly functionName: string
  readonly sender: Hex
  constructor({ call, sender, cause }: { call: Call; sender: Hex; cause: unknown }) {
    const said = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    super(`The chain did not confirm ${call.functionName}.`, { details: [`Cause: ${said}`], cause })
    this.functionName = call.functionName
    this.sender = sender
  }
}
