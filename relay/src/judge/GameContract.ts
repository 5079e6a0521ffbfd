import { disputeGameAbi } from '@lp/contracts/abi'
import type { Address, Hex, PublicClient } from 'viem'
import type { Call } from '../chain/Sender'
import type { Move, Position } from './Dispute'
import * as Dissection from './Dissection'

/** As in contracts/src/interfaces/IDisputeGame.sol. */
export const Outcome = { None: 0, Open: 1, ObjectorWon: 2, DefenderWon: 3 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** A game at a block. */
export type Game = {
  outcome: Outcome
  position: Position
  /** The party on turn. */
  onTurn: Address
  /** From this block on, the party on turn has lost. */
  lostAt: bigint
  /** The wei that the defender's bond still needs. */
  missingBond: bigint
}

/** Reads a game, and builds the calls of its parties. */
export class GameContract {
  readonly #client: PublicClient
  readonly #contract: { address: Address; abi: typeof disputeGameAbi }

  constructor(client: PublicClient, address: Address) {
    this.#client = client
    this.#contract = { address, abi: disputeGameAbi }
  }

  /**
   * The game as of `blockNumber`. Undefined if there is no such game, or if its last dissection is not found. Both can happen while a
   * reorganisation replaces blocks: then a later block has the game.
   */
  async read(gameId: Hex, blockNumber: bigint): Promise<Game | undefined> {
    const contract = this.#contract
    const record = await this.#client.readContract({
      ...contract,
      functionName: 'getGame',
      args: [gameId],
      blockNumber,
    })
    if (record.outcome === Outcome.None) return undefined
    const within = { fromBlock: record.movedAt, toBlock: record.movedAt }
    const events = await this.#client.getContractEvents({
      ...contract,
      ...within,
      eventName: 'Dissected',
      args: { gameId },
      strict: true,
    })
    const last = events.at(-1)?.args
    if (!last || Dissection.root(last) !== record.root) return undefined
    const isDefender = record.level % 2n === 1n
    return {
      outcome: record.outcome as Outcome,
      position: { level: Number(record.level), firstStep: Number(record.firstStep), last },
      onTurn: isDefender ? record.defender : record.objector,
      lostAt: record.movedAt + (isDefender ? record.defenderBlocks : record.objectorBlocks) + 1n,
      missingBond: BigInt(record.funder) === 0n ? record.bond : 0n,
    }
  }

  /** As of `blockNumber`. */
  async outcome(gameId: Hex, blockNumber: bigint): Promise<Outcome> {
    const call = { ...this.#contract, functionName: 'outcomeOf', args: [gameId], blockNumber } as const
    return (await this.#client.readContract(call)) as Outcome
  }

  /** The wei that the account can withdraw. */
  withdrawable(account: Address, blockNumber: bigint): Promise<bigint> {
    const call = { ...this.#contract, functionName: 'withdrawable', args: [account], blockNumber } as const
    return this.#client.readContract(call)
  }

  /** The call that makes a move. Only the defender's first move has a value. */
  move(gameId: Hex, move: Move, value: bigint): Call {
    if (move.action === 'dissect') {
      const args = [gameId, BigInt(move.level), move.part, move.ends]
      return { ...this.#contract, functionName: 'dissect', args, value }
    }
    const { state, fetched, accessed } = move.witness
    return { ...this.#contract, functionName: 'decide', args: [gameId, move.part, state, fetched, accessed] }
  }

  endByTime(gameId: Hex): Call {
    return { ...this.#contract, functionName: 'endByTime', args: [gameId] }
  }

  withdraw(): Call {
    return { ...this.#contract, functionName: 'withdraw' }
  }
}
