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
import { revertOf } from './revert'

export type Call = ContractFunctionParameters<Abi, 'nonpayable'>

export type SenderOptions = {
  client: PublicClient
  wallet: WalletClient<Transport, Chain, Account>
  /** How long transactions that we do not know, or that nobody mines, may hold us up before they are replaced. */
  patienceMs?: number
}

/**
 * Everything that one key sends goes through here: calls are simulated first, nonces follow each other, and many may be on
 * their way at a time. It remembers nothing: whoever sends decides by what the chain says, and decides anew when this fails.
 */
export class Sender {
  readonly #options: SenderOptions
  readonly #patienceMs: number
  /** One for each wait, because an AbortSignal does not like crowds. */
  readonly #waits = new Set<AbortController>()
  /** Nonces that are sent and not yet seen in a block. */
  readonly #pending = new Set<number>()
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: SenderOptions) {
    this.#options = options
    this.#patienceMs = options.patienceMs ?? 120_000
  }

  get address(): Hex {
    return this.#options.wallet.account.address
  }

  /** Resolves when the call is in a block and has succeeded. Throws `RevertError` and `UnsentError`. */
  async send(call: Call): Promise<TransactionReceipt> {
    const sent = this.#turn.then(() => this.#submit(call))
    this.#turn = sent.catch(() => undefined)
    const { hash, nonce } = await sent
    try {
      const { client } = this.#options
      const timeout = this.#patienceMs
      const receipt = await this.#waiting((signal) =>
        client.waitForTransactionReceipt({ hash, checkReplacement: false, timeout, signal }),
      ).catch((cause) => {
        throw new UnsentError({ call, cause })
      })
      // What was simulated well can meet another transaction in its block.
      if (receipt.status === 'reverted') await this.#explain(call, receipt)
      return receipt
    } finally {
      this.#pending.delete(nonce)
    }
  }

  /** What the call would do now. Throws `RevertError` and `UnsentError`. */
  async simulate(call: Call): Promise<void> {
    const { client, wallet } = this.#options
    await client
      .simulateContract({ ...call, account: wallet.account } as Parameters<typeof client.simulateContract>[0])
      .catch((cause) => {
        throw failure(call, cause)
      })
  }

  /** Waits for nothing any more; what is sent stays sent. */
  close(): void {
    this.#isClosed = true
    for (const wait of this.#waits) wait.abort()
  }

  async #submit(call: Call): Promise<{ hash: Hex; nonce: number }> {
    const { wallet } = this.#options
    try {
      const { nonce, replaces } = await this.#nextNonce()
      await this.simulate(call)
      const fees = replaces ? await this.#raisedFees() : {}
      const { account, chain } = wallet
      const gas = await this.#gas(call)
      const request = { ...call, ...fees, gas, account, chain, nonce } as Parameters<typeof wallet.writeContract>[0]
      const hash = await wallet.writeContract(request)
      this.#pending.add(nonce)
      return { hash, nonce }
    } catch (cause) {
      throw cause instanceof ProtocolError ? cause : failure(call, cause)
    }
  }

  /**
   * A process that was killed, or an answer that was lost, can leave transactions in the pool that do what the caller is
   * about to do again. So they are waited for; those that nobody mines are replaced.
   */
  async #nextNonce(): Promise<{ nonce: number; replaces: boolean }> {
    const { client } = this.#options
    const startedAtMs = Date.now()
    for (;;) {
      const { address } = this
      const mined = await client.getTransactionCount({ address, blockTag: 'latest' })
      const pooled = await client.getTransactionCount({ address, blockTag: 'pending' })
      for (const nonce of this.#pending) if (nonce < mined) this.#pending.delete(nonce)
      const isOurs = (nonce: number) => this.#pending.has(nonce)
      // What a reorganisation took out of the chain and the pool forgot leaves a gap, which the next fills.
      if (range(mined, pooled).every(isOurs)) return { nonce: firstOther(pooled, isOurs), replaces: false }
      if (Date.now() - startedAtMs > this.#patienceMs) return { nonce: mined, replaces: true }
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
