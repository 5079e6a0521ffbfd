import { contractsOn } from '@lp/contracts/deployments'
import { type PublicClient, parseEventLogs } from 'viem'
import type { ClaimsChain } from './ClaimsChain'

export type EarningsOptions = {
  client: PublicClient
  chain: ClaimsChain
  chainId: number
  transcoder: `0x${string}`
  /** Earnings are fetched when they are worth so many times the gas; 0 fetches every wei. */
  minGasMultiple: bigint
  /** Blocks before now in which earlier withdrawals are looked for. */
  lookBackBlocks: bigint
  onWithdrawn(amount: bigint): void
}

/** Blocks that public nodes answer for in one query of events. */
const maxBlockRange = 1_000n
const withdrawalGas = 35_000n

/** What the contracts owe us, and its way to our account. Wei. */
export class Earnings {
  readonly #options: EarningsOptions
  #earned = 0n
  #withdrawn = 0n
  #searchedTo: bigint | undefined

  constructor(options: EarningsOptions) {
    this.#options = options
  }

  /** Earned and not withdrawn. */
  get earned(): bigint {
    return this.#earned
  }

  /** Since `lookBackBlocks` before our start. */
  get withdrawn(): bigint {
    return this.#withdrawn
  }

  /** Looks at what is there, and fetches it when it is worth its gas. */
  async advance(block: bigint): Promise<void> {
    const { chain, onWithdrawn } = this.#options
    await this.#search(block)
    this.#earned = await chain.earnings()
    if (this.#earned === 0n || !(await this.#isWorthIt())) return
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

  async #isWorthIt(): Promise<boolean> {
    const { client, minGasMultiple } = this.#options
    if (minGasMultiple === 0n) return true
    return this.#earned >= (await client.getGasPrice()) * withdrawalGas * minGasMultiple
  }

  /** Adds up the withdrawals in the blocks that were not yet searched. */
  async #search(block: bigint) {
    const { client, chainId, transcoder, lookBackBlocks } = this.#options
    const { abi, address } = contractsOn(chainId).jobsManager
    let from = this.#searchedTo ?? (block > lookBackBlocks ? block - lookBackBlocks : 0n)
    while (from <= block) {
      const toBlock = from + maxBlockRange - 1n < block ? from + maxBlockRange - 1n : block
      const query = { abi, address, eventName: 'WithdrawFees', args: { transcoder }, fromBlock: from, toBlock } as const
      const found = await client.getContractEvents({ ...query, strict: true })
      this.#withdrawn += found.reduce((sum, { args }) => sum + args.amount, 0n)
      from = toBlock + 1n
      this.#searchedTo = from
    }
  }
}
