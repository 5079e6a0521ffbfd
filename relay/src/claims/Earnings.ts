import { contractsOn } from '@lp/contracts/deployments'
import { type PublicClient, parseEventLogs } from 'viem'
import { eventPages } from '../chain/eventPages'
import type { ClaimsChain } from './ClaimsChain'

export type EarningsOptions = {
  client: PublicClient
  chain: ClaimsChain
  chainId: number
  transcoder: `0x${string}`
  /** Earnings are withdrawn when they are at least this multiple of the withdrawal's gas cost. 0: all earnings are withdrawn. */
  minGasMultiple: bigint
  /** The search for earlier withdrawals begins this number of blocks before the newest block. */
  lookBackBlocks: bigint
  onWithdrawn(amount: bigint): void
}

const withdrawalGas = 35_000n

/** The fees that the contracts owe us, and their withdrawal to our account. All amounts are in wei. */
export class Earnings {
  readonly #options: EarningsOptions
  #earned = 0n
  #withdrawn = 0n
  /** First block that was not searched yet. */
  #nextBlock: bigint | undefined

  constructor(options: EarningsOptions) {
    this.#options = options
  }

  /** Earned fees that are not withdrawn. */
  get earned(): bigint {
    return this.#earned
  }

  /**
   * Sum of the withdrawals that were found. Withdrawals more than `lookBackBlocks` blocks before the first search are not
   * included.
   */
  get withdrawn(): bigint {
    return this.#withdrawn
  }

  /** Reads the earnings, and withdraws them when they are at least `minGasMultiple` times the gas cost. */
  async advance(block: bigint): Promise<void> {
    const { chain, onWithdrawn } = this.#options
    await this.#search(block)
    this.#earned = await chain.earnings()
    if (this.#earned === 0n || !(await this.#isWorthGas())) return
    const receipt = await chain.withdrawFees()
    if (!receipt) return
    const { abi } = contractsOn(this.#options.chainId).jobsManager
    const amount = parseEventLogs({ abi, eventName: 'WithdrawFees', logs: receipt.logs }).reduce(
      (sum, { args }) => sum + args.amount,
      0n,
    )
    this.#earned -= amount
    onWithdrawn(amount)
  }

  async #isWorthGas(): Promise<boolean> {
    const { client, minGasMultiple } = this.#options
    if (minGasMultiple === 0n) return true
    return this.#earned >= (await client.getGasPrice()) * withdrawalGas * minGasMultiple
  }

  /** Adds the withdrawals in the blocks that were not searched yet. */
  async #search(block: bigint) {
    const { client, chainId, transcoder, lookBackBlocks } = this.#options
    const { abi, address } = contractsOn(chainId).jobsManager
    const query = { abi, address, eventName: 'WithdrawFees', args: { transcoder }, strict: true } as const
    const pages = eventPages(client, {
      fromBlock: this.#nextBlock ?? (block > lookBackBlocks ? block - lookBackBlocks : 0n),
      toBlock: block,
      read: (range) => client.getContractEvents({ ...query, ...range }),
    })
    for await (const { toBlock, result } of pages) {
      this.#withdrawn += result.reduce((sum, { args }) => sum + args.amount, 0n)
      this.#nextBlock = toBlock + 1n
    }
  }
}
