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
import { concatHex, encodeFunctionData, keccak256 } from 'viem'
import { revertOf } from './revert'
import { SentTransactions } from './SentTransactions'

export type Call = ContractFunctionParameters<Abi, 'nonpayable'>

export type SenderOptions = {
  client: PublicClient
  wallet: WalletClient<Transport, Chain, Account>
  /** How long transactions that we do not know, or that nobody mines, may hold us up before they are replaced. */
  patienceMs?: number
}

/**
 * Everything that one key sends goes through here: calls are simulated first, nonces follow each other, and many may be on
 * their way at a time. What it remembers lasts until no reorganisation undoes it: whoever sends decides by what the chain
 * says, and decides anew when this fails.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #patienceMs: number
  /** One for each wait, because an AbortSignal does not like crowds. */
  readonly #waits = new Set<AbortController>()
  readonly #sent: SentTransactions
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: SenderOptions) {
    this.#options = options
    this.#patienceMs = options.patienceMs ?? 120_000
    const { client, wallet } = options
    this.#sent = new SentTransactions({ client, address: wallet.account.address, patienceMs: this.#patienceMs })
  }

  get address(): Hex {
    return this.#options.wallet.account.address
  }

  /**
   * Resolves when the call is in a block and has succeeded. One that was, and that a reorganisation has undone, is waited for
   * and not sent twice. Throws `RevertError` and `UnsentError`.
   */
  async send(call: Call): Promise<TransactionReceipt> {
    const submitted = this.#turn.then(() => this.#submit(call))
    this.#turn = submitted.catch(() => undefined)
    const sent = await submitted
    const receipt = await sent.receipt.catch((cause) => {
      throw new UnsentError({ call, cause })
    })
    // What was simulated well can meet another transaction in its block.
    if (receipt.status === 'reverted') await this.#explain(call, receipt)
    return receipt
  }

  /** What the call would do now, or on top of a block that was. Throws `RevertError` and `UnsentError`. */
  async simulate(call: Call, blockNumber?: bigint): Promise<void> {
    const { client, wallet } = this.#options
    const request = { ...call, account: wallet.account, ...(blockNumber !== undefined && { blockNumber }) }
    await client.simulateContract(request as Parameters<typeof client.simulateContract>[0]).catch((cause) => {
      throw failure(call, cause)
    })
  }

  /** Waits for nothing any more; what is sent stays sent. */
  close(): void {
    this.#isClosed = true
    for (const wait of this.#waits) wait.abort()
    this.#sent.close()
  }

  /** In an object, because a promise of a promise would be waited for whole. */
  async #submit(call: Call): Promise<{ receipt: Promise<TransactionReceipt> }> {
    const { client, wallet } = this.#options
    try {
      const { nonce, mined, replaces } = await this.#nextNonce()
      const data = encodeFunctionData(call)
      const deed = keccak256(concatHex([call.address, data]))
      const receipt = this.#sent.returning(deed, mined)
      if (receipt) return { receipt }
      await this.simulate(call)
      const fees = replaces ? await this.#raisedFees() : {}
      const gas = await this.#gas(call)
      const { account, chain } = wallet
      const request = { account, chain, to: call.address, data, gas, nonce, ...fees }
      const serialized = await wallet.signTransaction(await wallet.prepareTransactionRequest(request))
      const hash = await client.sendRawTransaction({ serializedTransaction: serialized })
      return { receipt: this.#sent.add({ nonce, hash, serialized, deed }) }
    } catch (cause) {
      throw cause instanceof ProtocolError ? cause : failure(call, cause)
    }
  }

  /**
   * A process that was killed, or an answer that was lost, can leave transactions in the pool that do what the caller is
   * about to do again. So they are waited for; those that nobody mines are replaced.
   */
  async #nextNonce(): Promise<{ nonce: number; mined: number; replaces: boolean }> {
    const { client } = this.#options
    const startedAtMs = Date.now()
    for (;;) {
      const { address } = this
      const mined = await client.getTransactionCount({ address, blockTag: 'latest' })
      const pooled = await client.getTransactionCount({ address, blockTag: 'pending' })
      const isOurs = (nonce: number) => this.#sent.has(nonce)
      // Ours may be missing in the pool, after a reorganisation: they come back, and the next goes after them.
      const nonce = firstOther(Math.max(mined, pooled), isOurs)
      if (range(mined, pooled).every(isOurs)) return { nonce, mined, replaces: false }
      if (Date.now() - startedAtMs > this.#patienceMs) return { nonce: mined, mined, replaces: true }
      await this.#nextBlock()
    }
  }

  async #waiting<Value>(wait: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const controller = new AbortController()
    this.#waits.add(controller)
    if (this.#isClosed) controller.abort()
    return wait(controller.signal).finally(() => this.#waits.delete(controller))
  }

  /** Or after `patienceMs`, because a chain that stands still must not hold a caller for ever. */
  #nextBlock(): Promise<void> {
    return this.#waiting(
      (signal) =>
        new Promise((resolve, reject) => {
          const end = (settle: () => void) => {
            clearTimeout(timer)
            unwatch()
            settle()
          }
          const timer = setTimeout(() => end(resolve), this.#patienceMs)
          const unwatch = this.#options.client.watchBlockNumber({
            onBlockNumber: () => end(resolve),
            onError: (error) => end(() => reject(error)),
          })
          if (signal.aborted) end(() => reject(signal.reason))
          signal.addEventListener('abort', () => end(() => reject(signal.reason)))
        }),
    )
  }

  /** What others do before us in the same block can make ours dearer: a quarter more than it takes now. What is left is not paid. */
  async #gas(call: Call): Promise<bigint> {
    const { client, wallet } = this.#options
    const request = { ...call, account: wallet.account } as Parameters<typeof client.estimateContractGas>[0]
    const gas = await client.estimateContractGas(request)
    return gas + gas / 4n
  }

  /** Nodes take a replacement that pays a tenth more; twice is more than that, whatever was paid before. */
  async #raisedFees() {
    const { maxFeePerGas, maxPriorityFeePerGas } = await this.#options.client.estimateFeesPerGas()
    return { maxFeePerGas: maxFeePerGas * 2n, maxPriorityFeePerGas: maxPriorityFeePerGas * 2n }
  }

  async #explain(call: Call, { blockNumber }: TransactionReceipt): Promise<never> {
    const { client, wallet } = this.#options
    const again = { ...call, account: wallet.account, blockNumber } as Parameters<typeof client.simulateContract>[0]
    const cause = await client.simulateContract(again).then(
      () => undefined,
      (error: unknown) => error,
    )
    const { errorName = 'unknown', args = [] } = revertOf(cause) ?? {}
    throw new RevertError({ call, errorName, args })
  }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

function firstOther(from: number, is: (nonce: number) => boolean): number {
  let nonce = from
  while (is(nonce)) nonce++
  return nonce
}

function failure(call: Call, cause: unknown): RevertError | UnsentError {
  const revert = revertOf(cause)
  return revert ? new RevertError({ call, ...revert }) : new UnsentError({ call, cause })
}

/** The contract refuses; nothing changes by sending it again as it is. */
export class RevertError extends ProtocolError {
  override readonly name = 'Sender.RevertError'
  readonly errorName: string
  readonly args: readonly unknown[]
  constructor({ call, errorName, args }: { call: Call; errorName: string; args: readonly unknown[] }) {
    super(`The contract refused ${call.functionName}: ${errorName}.`, {
      details: args.map((value, index) => `Fact ${index}: ${String(value)}`),
    })
    this.errorName = errorName
    this.args = args
  }
}

/** Nobody knows whether it arrived: only the chain tells, at a later block. */
export class UnsentError extends ProtocolError {
  override readonly name = 'Sender.UnsentError'
  constructor({ call, cause }: { call: Call; cause: unknown }) {
    const said = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    super(`The chain did not confirm ${call.functionName}.`, { details: [`Cause: ${said}`], cause })
  }
}
