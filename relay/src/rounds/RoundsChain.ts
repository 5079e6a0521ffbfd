import { type Contracts, contractsOn } from '@lp/contracts/deployments'
import { Round } from '@lp/contracts/protocol'
import { type Address, isAddressEqual, type PublicClient, parseEventLogs } from 'viem'
import { isRevert } from '../chain/revert'
import { RevertError, type Sender } from '../chain/Sender'

/** What we are in it. Stake in units of 10^-18 LPT, price in wei per unit, shares in parts per million. */
export type Seat = {
  registered: boolean
  /** Holds a seat, and with it the next round. */
  seated: boolean
  /** Works and earns in the round in force. */
  active: boolean
  /** Takes new jobs. */
  available: boolean
  /** `none`: there is none for us in this round, or it cannot be called before the round is initialized. */
  reward: 'none' | 'due' | 'called'
  /** In a row. */
  missedRewards: bigint
  /**
   * Verified work of the window of rounds that ends now, and what the stake lets expect, in units; what reward takes at least
   * of that, in parts per million. Nothing counts as expected where the network has too little work to tell.
   */
  work: { done: bigint; expected: bigint; required: bigint }
  /** Of the last verdicts on our work, those that count still: how many there are, and how many were failures. */
  verifications: { verdicts: bigint; failures: bigint }
  ownStake: bigint
  delegatedStake: bigint
  pricePerUnit: bigint
  blockRewardCut: bigint
  feeShare: bigint
}

const million = 1_000_000n

/** The contracts as a transcoder's rounds see them. Calls that somebody else has made already are no errors. */
export class RoundsChain {
  readonly #client: PublicClient
  readonly #sender: Sender
  readonly #contracts: Contracts

  constructor({ client, sender, chainId }: { client: PublicClient; sender: Sender; chainId: number }) {
    this.#client = client
    this.#sender = sender
    this.#contracts = contractsOn(chainId)
  }

  /** As of a block, as all that is read here. */
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
    // Each is rounded by itself.
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
      ...rates,
    }
  }

  /** Everybody who holds a seat, with stake. */
  async seats(blockNumber: bigint): Promise<{ address: Address; stake: bigint }[]> {
    const at = { ...this.#contracts.bondingManager, blockNumber }
    const seats = await this.#client.readContract({ ...at, functionName: 'transcoders' })
    return seats.map(({ transcoder, stake }) => ({ address: transcoder, stake }))
  }

  /** Those of `addresses` who have missed so many rewards in a row that they are slashed, and what their finder gets. */
  async missing(seats: readonly { address: Address; stake: bigint }[], blockNumber: bigint) {
    const at = { ...this.#contracts.bondingManager, blockNumber }
    const { missedRewardRounds, missedRewardSlashAmount, finderFee } = await this.#client.readContract({
      ...at,
      functionName: 'parameters',
    })
    const found: { address: Address; fee: bigint }[] = []
    for (const { address, stake } of seats) {
      const missed = await this.#client.readContract({ ...at, functionName: 'missedRewards', args: [address] })
      const fee = (stake * missedRewardSlashAmount * finderFee) / million ** 2n
      if (missed >= missedRewardRounds) found.push({ address, fee })
    }
    return found
  }

  /** Whether we did; somebody else may have been faster. */
  async initialize(): Promise<boolean> {
    const { roundsManager, bondingManager } = this.#contracts
    const abi = [...roundsManager.abi, ...bondingManager.abi]
    const call = { ...roundsManager, abi, functionName: 'initializeRound' }
    return (await unless(['RoundAlreadyInitialized', 'RoundTooYoung'], this.#sender.send(call))) !== undefined
  }

  /** What it minted for those bonded to us, and what of that was our cut. */
  async reward(): Promise<{ amount: bigint; cut: bigint } | undefined> {
    const { abi, address } = this.#contracts.bondingManager
    const sent = this.#sender.send({ abi, address, functionName: 'reward' })
    const receipt = await unless(['RewardCalled', 'NotActive', 'RoundNotInitialized'], sent)
    return receipt && parseEventLogs({ abi, eventName: 'Reward', logs: receipt.logs })[0]?.args
  }

  /** The FinderFee. */
  async slashMissedReward(account: Address): Promise<bigint | undefined> {
    const { abi, address } = this.#contracts.bondingManager
    const sent = this.#sender.send({ abi, address, functionName: 'slashMissedReward', args: [account] })
    const receipt = await unless(['RewardsNotMissed'], sent)
    return receipt && parseEventLogs({ abi, eventName: 'Slash', logs: receipt.logs })[0]?.args.fee
  }

  /** Takes the seat that our stake is enough for, if there is one. */
  async contend(): Promise<boolean> {
    const { bondingManager } = this.#contracts
    const sent = this.#sender.send({ ...bondingManager, functionName: 'contend', args: [this.#sender.address] })
    return (await unless(['NoSeatWon', 'RoundNotInitialized', 'NotTranscoder'], sent)) !== undefined
  }

  /** Nothing on chain tells it but what the call would do. */
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
