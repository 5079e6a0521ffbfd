import { type Contracts, contractsOn } from '@lp/contracts/deployments'
import { Round } from '@lp/contracts/protocol'
import { type Address, isAddressEqual, type PublicClient, parseEventLogs } from 'viem'
import { isRevert } from '../chain/revert'
import { RevertError, type Sender } from '../chain/Sender'

/** Our transcoder as of a block. Stake in units of 10^-18 LPT, price in wei per unit, cut and share in parts per million. */
export type Seat = {
  registered: boolean
  /** Holds a seat, and so is active in the next round. */
  seated: boolean
  /** Gets work and rewards in the round in force. */
  active: boolean
  /** Whether the transcoder is open for new jobs. */
  available: boolean
  /** `none`: not active in this round, or the round is not initialized yet, or no stake. */
  reward: 'none' | 'due' | 'called'
  /** Consecutive rounds without a call of `reward`. */
  missedRewards: bigint
  /**
   * `done`: units of verified work in the previous span and in the present span so far. `expected`: the units that the network expects for
   * our stake; 0 if these units are fewer than `minExpectedWork`. `required`: the part of `expected` that `reward` requires, in parts per
   * million.
   */
  work: { done: bigint; expected: bigint; required: bigint }
  /** The number of recent verdicts on our work, and how many of them were failures. */
  verifications: { verdicts: bigint; failures: bigint }
  ownStake: bigint
  delegatedStake: bigint
  /** Own stake that a transcoder needs for a seat, and that we do not have. 0: nothing is missing. */
  missingSelfStake: bigint
  pricePerUnit: bigint
  blockRewardCut: bigint
  feeShare: bigint
}

/** A duty that a transcoder has neglected: the transcoder has missed rewards, or has done too little work. */
export type Neglect = { transcoder: Address; duty: 'reward' | 'work'; fee: bigint }

const million = 1_000_000n

/**
 * The contract calls that a transcoder needs in each round. It is not an error if another account has already made the
 * same call.
 */
export class RoundsChain {
  readonly #client: PublicClient
  readonly #sender: Sender
  readonly #contracts: Contracts

  constructor({ client, sender, chainId }: { client: PublicClient; sender: Sender; chainId: number }) {
    this.#client = client
    this.#sender = sender
    this.#contracts = contractsOn(chainId)
  }

  /** Reads the round as of a block. All reads of this class are as of a block. */
  async round(blockNumber: bigint): Promise<Round.Round> {
    const { roundsManager, bondingManager } = this.#contracts
    const at = { ...roundsManager, blockNumber }
    const [number, initialized, startBlock, length, lockAmount, [, initializedRounds]] = await Promise.all([
      this.#client.readContract({ ...at, functionName: 'currentRound' }),
      this.#client.readContract({ ...at, functionName: 'currentRoundInitialized' }),
      this.#client.readContract({ ...at, functionName: 'currentRoundStartBlock' }),
      this.#client.readContract({ ...at, functionName: 'roundLength' }),
      this.#client.readContract({ ...at, functionName: 'roundLockAmount' }),
      this.#client.readContract({ ...bondingManager, blockNumber, functionName: 'roundInForce' }),
    ])
    const values = { number, initialized, startBlock, length, lockAmount, initializedRounds }
    return Round.create({ block: blockNumber, ...values })
  }

  async seat(blockNumber: bigint): Promise<Seat> {
    const at = { ...this.#contracts.bondingManager, blockNumber }
    const args = [this.#sender.address] as const
    const claims = { ...this.#contracts.claimsManager, blockNumber }
    const [known, own, missedRewards, reward, competitiveness, terms, verifications] = await Promise.all([
      this.#client.readContract({ ...at, functionName: 'getTranscoder', args }),
      this.#client.readContract({ ...at, functionName: 'getDelegator', args }),
      this.#client.readContract({ ...at, functionName: 'missedRewards', args }),
      this.#reward(blockNumber),
      this.#client.readContract({ ...at, functionName: 'competitiveness', args }),
      this.#client.readContract({ ...at, functionName: 'parameters' }),
      this.#client.readContract({ ...claims, functionName: 'verificationsOf', args }),
    ])
    const [done, share] = competitiveness
    const expected = share < terms.minExpectedWork ? 0n : share
    const [failures, verdicts] = verifications
    const record = {
      work: { done, expected, required: million - terms.competitivenessTolerance },
      verifications: { verdicts, failures },
    }
    const { registered, seated, active, available, pricePerUnit, blockRewardCut, feeShare } = known
    const ownStake = isAddressEqual(own.delegate, this.#sender.address) ? own.stake : 0n
    const rates = { pricePerUnit, blockRewardCut, feeShare }
    // Both stakes are rounded down, so their difference can be negative.
    const delegatedStake = known.stake > ownStake ? known.stake - ownStake : 0n
    return {
      registered,
      seated,
      active,
      available,
      reward,
      missedRewards,
      ...record,
      ownStake,
      delegatedStake,
      missingSelfStake: ownStake < terms.minSelfStake ? terms.minSelfStake - ownStake : 0n,
      ...rates,
    }
  }

  /** The transcoders that hold a seat, with their stake. */
  async seats(blockNumber: bigint): Promise<{ address: Address; stake: bigint }[]> {
    const at = { ...this.#contracts.bondingManager, blockNumber }
    const seats = await this.#client.readContract({ ...at, functionName: 'transcoders' })
    return seats.map(({ transcoder, stake }) => ({ address: transcoder, stake }))
  }

  /**
   * The neglected duties of the transcoders in `seats` that any account can report now. A report slashes the transcoder. `fee`: the
   * finder's fee, which is a part of the own stake that the transcoder loses.
   */
  async neglected(seats: readonly Address[], blockNumber: bigint): Promise<Neglect[]> {
    const at = { ...this.#contracts.bondingManager, blockNumber }
    const terms = await this.#client.readContract({ ...at, functionName: 'parameters' })
    const found: Neglect[] = []
    const add = async (duty: Neglect['duty'], transcoder: Address) => {
      const args = [transcoder] as const
      const [stake, [own]] = await Promise.all([
        this.#client.readContract({ ...at, functionName: 'stakeOf', args }),
        this.#client.readContract({ ...at, functionName: 'selfStakeOf', args }),
      ])
      const share = duty === 'reward' ? terms.missedRewardSlashAmount : terms.lowWorkSlashAmount
      const loss = (stake * share) / million
      found.push({ transcoder, duty, fee: ((loss < own ? loss : own) * terms.finderFee) / million })
    }
    for (const transcoder of seats) {
      const args = [transcoder] as const
      const missed = await this.#client.readContract({ ...at, functionName: 'missedRewards', args })
      if (missed >= terms.missedRewardRounds) await add('reward', transcoder)
      if (terms.lowWorkSlashAmount > 0n && (await this.#hasLowWork(transcoder, blockNumber)))
        await add('work', transcoder)
    }
    return found
  }

  /**
   * Simulates a report. The contract refuses it if the transcoder has done enough work, is not active, or was already slashed for low work
   * in this span.
   */
  async #hasLowWork(transcoder: Address, blockNumber: bigint): Promise<boolean> {
    const call = { ...this.#contracts.bondingManager, functionName: 'slashLowWork', blockNumber } as const
    try {
      await this.#client.simulateContract({ ...call, args: [transcoder], account: this.#sender.address })
      return true
    } catch (error) {
      if (['EnoughWork', 'NotActive'].some((name) => isRevert(error, name))) return false
      throw error
    }
  }

  /** Resolves with `true` if we initialized the round, with `false` if another account did this before us, or if the round is too young. */
  async initialize(): Promise<boolean> {
    const { roundsManager, bondingManager } = this.#contracts
    const abi = [...roundsManager.abi, ...bondingManager.abi]
    const call = { ...roundsManager, abi, functionName: 'initializeRound' }
    return (await unless(['RoundAlreadyInitialized', 'RoundTooYoung'], this.#sender.send(call))) !== undefined
  }

  /**
   * `amount`: the LPT that was minted for us and for all stake bonded to us. `cut`: the part of `amount` that we get before the rest is
   * shared by stake. Resolves with `undefined` when no reward was due.
   */
  async reward(): Promise<{ amount: bigint; cut: bigint } | undefined> {
    const { abi, address } = this.#contracts.bondingManager
    const sent = this.#sender.send({ abi, address, functionName: 'reward' })
    const receipt = await unless(['RewardCalled', 'NotActive', 'RoundNotInitialized'], sent)
    return receipt && parseEventLogs({ abi, eventName: 'Reward', logs: receipt.logs })[0]?.args
  }

  /**
   * Resolves with the finder's fee, or with `undefined` if the contract no longer accepts the report, for example because another account
   * has reported the transcoder before us.
   */
  async slash({ transcoder, duty }: Neglect): Promise<bigint | undefined> {
    const { abi, address } = this.#contracts.bondingManager
    const functionName = duty === 'reward' ? 'slashMissedReward' : 'slashLowWork'
    const sent = this.#sender.send({ abi, address, functionName, args: [transcoder] })
    const receipt = await unless(['RewardsNotMissed', 'EnoughWork', 'NotActive'], sent)
    return receipt && parseEventLogs({ abi, eventName: 'Slash', logs: receipt.logs })[0]?.args.fee
  }

  /**
   * Tries to win a seat. The contract gives us a seat only if a seat is vacant, or our stake is larger than the smallest stake that holds a
   * seat. Resolves with `true` if we won a seat.
   */
  async takeSeat(): Promise<boolean> {
    const { bondingManager } = this.#contracts
    const sent = this.#sender.send({ ...bondingManager, functionName: 'takeSeat', args: [this.#sender.address] })
    return (await unless(['NoSeatWon', 'RoundNotInitialized', 'NotTranscoder'], sent)) !== undefined
  }

  /** No view function returns whether a reward is due, so the relay simulates a call of `reward`. */
  async #reward(blockNumber: bigint): Promise<Seat['reward']> {
    const call = { ...this.#contracts.bondingManager, functionName: 'reward', blockNumber } as const
    try {
      await this.#client.simulateContract({ ...call, account: this.#sender.address })
      return 'due'
    } catch (error) {
      if (isRevert(error, 'RewardCalled')) return 'called'
      if (['NotActive', 'NoStake', 'RoundNotInitialized'].some((name) => isRevert(error, name))) return 'none'
      throw error
    }
  }
}

async function unless<Receipt>(errorNames: readonly string[], sent: Promise<Receipt>): Promise<Receipt | undefined> {
  try {
    return await sent
  } catch (error) {
    if (error instanceof RevertError && errorNames.includes(error.errorName)) return undefined
    throw error
  }
}
