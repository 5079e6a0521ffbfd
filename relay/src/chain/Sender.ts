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
import { nextBlock } from './nextBlock'
import { revertOf } from './revert'
import { SentTransactions } from './SentTransactions'

export type Call = ContractFunctionParameters<Abi, 'nonpayable'>

export type SenderOptions = {
  client: PublicClient
  wallet: WalletClient<Transport, Chain, Account>
  /** How long transactions that we do not know, or that nobody mines, may hold us up before they are replaced. */
  patienceMs?: number
  /** The chain did not answer about a transaction that is on its way, or refused to take it again. */
  onFault?(error: Error): void
}

/**
 * Everything that one key sends goes through here: calls are simulated first, nonces follow each other, and many may be on
 * their way at a time. What it remembers lasts until no reorganisation undoes it: whoever sends decides by what the chain
 * says, and decides anew when this fails.
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
    this.#closing.abort()
    this.#sent.close()
  }

  /** In an object, because a promise of a promise would be waited for whole. */
  async #submit(call: Call): Promise<{ receipt: Promise<TransactionReceipt> }> {
    const { client, wallet } = this.#options
    try {
      const { nonce, mined, replaces } = await this.#nextNonce()
      const data = encodeFunctionData(call)
      const action = keccak256(concatHex([call.address, data]))
      const receipt = this.#sent.returning(action, mined)
      if (receipt) return { receipt }
      await this.simulate(call)
      const fees = replaces ? await this.#raisedFees() : {}
      const gas = await this.#gas(call)
      const { account, chain } = wallet
      const request = { account, chain, to: call.address, data, gas, nonce, ...fees }
      const serialized = await wallet.signTransaction(await wallet.prepareTransactionRequest(request))
      const hash = await client.sendRawTransaction({ serializedTransaction: serialized })
      return { receipt: this.#sent.add({ nonce, hash, serialized, action }) }
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
    let block: bigint | undefined
    for (;;) {
      const { address } = this
      const mined = await client.getTransactionCount({ address, blockTag: 'latest' })
      const pooled = await client.getTransactionCount({ address, blockTag: 'pending' })
      const isOurs = (nonce: number) => this.#sent.has(nonce)
      // Ours may be missing in the pool, after a reorganisation: they come back, and the next goes after them.
      const nonce = firstOther(Math.max(mined, pooled), isOurs)
      if (range(mined, pooled).every(isOurs)) return { nonce, mined, replaces: false }
      if (Date.now() - startedAtMs > this.#patienceMs) return { nonce: mined, mined, replaces: true }
      // The nonces are read again after the first block is known, so that no block in between is missed.
      block = block === undefined ? await client.getBlockNumber({ cacheTime: 0 }) : await this.#nextBlock(block)
    }
  }

  /** Resolves after `patienceMs` at the latest: a chain without new blocks must not hold up a caller forever. */
  async #nextBlock(after: bigint): Promise<bigint> {
    const patience = AbortSignal.timeout(this.#patienceMs)
    const signal = AbortSignal.any([this.#closing.signal, patience])
    return nextBlock(this.#options.client, { after, signal }).catch((error) => {
      if (patience.aborted) return after
      throw error
    })
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
