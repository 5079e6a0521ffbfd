import { type Contracts, contractsOn } from '@lp/contracts/deployments'
import { type Address, type PublicClient, parseEventLogs } from 'viem'
import { type Call, RevertError, type Sender } from '../chain/Sender'
import { sendInOpenRound } from '../chain/sendInOpenRound'

/** Stake that is unbonding: units of 10^-18 LPT, and the first block in which it can be withdrawn. */
export type Unbonding = { lockId: bigint; amount: bigint; withdrawBlock: bigint }

/** The operator's commands on its own stake. These commands work without a running relay. Throws the errors of `Sender`. */
export class Operator {
  readonly #client: PublicClient
  readonly #sender: Sender
  readonly #chainId: number
  readonly #contracts: Contracts

  constructor({ client, sender, chainId }: { client: PublicClient; sender: Sender; chainId: number }) {
    this.#client = client
    this.#sender = sender
    this.#chainId = chainId
    this.#contracts = contractsOn(chainId)
  }

  get address(): Address {
    return this.#sender.address
  }

  /** Resolves to the first block in which the amount can be withdrawn, and to the stake that stays bonded. */
  async unbond(amount: bigint): Promise<{ withdrawBlock: bigint; bonded: bigint }> {
    const { bondingManager } = this.#contracts
    const { logs } = await this.#sendInOpenRound({ ...bondingManager, functionName: 'unbond', args: [amount] })
    const [unbonded] = parseEventLogs({ abi: bondingManager.abi, eventName: 'Unbond', logs })
    const { withdrawBlock, bonded } = (unbonded as NonNullable<typeof unbonded>).args
    return { withdrawBlock, bonded }
  }

  /**
   * Whether this account is a registered transcoder, and the own stake that each transcoder needs (units of 10^-18 LPT).
   */
  async role(): Promise<{ isTranscoder: boolean; minSelfStake: bigint }> {
    const { bondingManager } = this.#contracts
    const [{ registered }, { minSelfStake }] = await Promise.all([
      this.#client.readContract({ ...bondingManager, functionName: 'getTranscoder', args: [this.address] }),
      this.#client.readContract({ ...bondingManager, functionName: 'parameters' }),
    ])
    return { isTranscoder: registered, minSelfStake }
  }

  async resign(): Promise<void> {
    await this.#sendInOpenRound({ ...this.#contracts.bondingManager, functionName: 'resignAsTranscoder', args: [] })
  }

  /**
   * Withdraws all fees (wei) and all stake whose unbonding is over (units of 10^-18 LPT). `waiting`: stake that is still
   * unbonding.
   */
  async withdraw(): Promise<{ fees: bigint; stake: bigint; waiting: readonly Unbonding[] }> {
    const { bondingManager, jobsManager } = this.#contracts
    const [locks, block] = await Promise.all([this.unbonding(), this.#block()])
    let stake = 0n
    for (const { lockId, amount, withdrawBlock } of locks) {
      if (block < withdrawBlock) continue
      await this.#sender.send({ ...bondingManager, functionName: 'withdrawStake', args: [lockId] })
      stake += amount
    }
    const waiting = locks.filter(({ withdrawBlock }) => block < withdrawBlock)
    try {
      const { logs } = await this.#sender.send({ ...jobsManager, functionName: 'withdrawFees', args: [] })
      const [withdrawn] = parseEventLogs({ abi: jobsManager.abi, eventName: 'WithdrawFees', logs })
      return { fees: withdrawn?.args.amount ?? 0n, stake, waiting }
    } catch (error) {
      if (error instanceof RevertError && error.errorName === 'ZeroAmount') return { fees: 0n, stake, waiting }
      throw error
    }
  }

  currentRound(): Promise<bigint> {
    return this.#client.readContract({ ...this.#contracts.roundsManager, functionName: 'currentRound' })
  }

  /** The first block of the next round. */
  async nextRoundBlock(): Promise<bigint> {
    const { roundsManager } = this.#contracts
    const [startBlock, length] = await Promise.all([
      this.#client.readContract({ ...roundsManager, functionName: 'currentRoundStartBlock' }),
      this.#client.readContract({ ...roundsManager, functionName: 'roundLength' }),
    ])
    return startBlock + length
  }

  /** The number of blocks from the newest block to a later block. */
  async blocksUntil(block: bigint): Promise<bigint> {
    return block - (await this.#block())
  }

  /** The unbonding locks that still have stake, oldest first. A lock that was withdrawn or bonded again has no stake. */
  async unbonding(): Promise<Unbonding[]> {
    const { bondingManager } = this.#contracts
    const { address } = this
    const count = await this.#client.readContract({
      ...{ ...bondingManager, functionName: 'unbondingLockCount', args: [address] },
    })
    const ids = Array.from({ length: Number(count) }, (_, index) => BigInt(index))
    const locks = await Promise.all(
      ids.map(async (lockId) => {
        const args = [address, lockId] as const
        const lock = await this.#client.readContract({ ...bondingManager, functionName: 'getUnbondingLock', args })
        return { lockId, amount: lock.amount, withdrawBlock: lock.withdrawBlock }
      }),
    )
    return locks.filter(({ withdrawBlock }) => withdrawBlock > 0n)
  }

  #block(): Promise<bigint> {
    return this.#client.getBlockNumber({ cacheTime: 0 })
  }

  #sendInOpenRound(call: Call) {
    return sendInOpenRound({ client: this.#client, sender: this.#sender, chainId: this.#chainId }, call)
  }
}
