import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import { reorgBlocks } from '../chain/reorgBlocks'
import type { Call, Sender } from '../chain/Sender'
import { logOf } from '../log'
import { moveFrom, type States } from './Dispute'
import { GameContract, Outcome } from './GameContract'

const log = logOf('judge')

export type PlayerOptions = {
  client: PublicClient
  /** Sends from the account of the objector or of the defender. */
  sender: Sender
  /** The contract DisputeGame. */
  contract: Address
  gameId: Hex
  /** All states of the game's task, as this party computes them. */
  states: States
  /** Called when a step failed. The player reads the chain again at the next block, and tries again. */
  onFault(error: Error): void
}

/**
 * Plays a game for one of its parties, to the end. It keeps nothing: at each block, it reads the game from the chain, and makes the move that
 * follows from its states. So after a crash or a reorganisation it goes on from what the chain has.
 */
export class Player {
  readonly #options: PlayerOptions
  readonly #contract: GameContract
  readonly #blocks: BlockRunner
  /** The block of the newest transaction of this player. A run on an older block would send the same call again. */
  #sentAt = 0n
  #isAgreeing = false
  #settle: (outcome: Outcome) => void = () => undefined
  /** Resolves when the game has ended, the end is final, and what this party got back or won is withdrawn. */
  readonly outcome: Promise<Outcome>

  constructor(options: PlayerOptions) {
    this.#options = options
    const { client, contract, onFault } = options
    this.#contract = new GameContract(client, contract)
    this.#blocks = new BlockRunner({ client, act: (block) => this.#act(block), onFault })
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  start(): void {
    this.#blocks.start()
  }

  /** From now on the player makes no move. Resolves when its present run has ended. */
  async stop(): Promise<void> {
    this.#blocks.stop()
    await this.#blocks.idle()
  }

  /** Returns whether the player must look again, because it has sent a transaction. */
  async #act(block: bigint): Promise<boolean> {
    const { gameId, sender, states } = this.#options
    if (block < this.#sentAt) return false
    const game = await this.#contract.read(gameId, block)
    if (!game) return false
    if (game.outcome !== Outcome.Open) return this.#end(game.outcome, block)
    if (!isAddressEqual(game.onTurn, sender.address)) {
      if (block < game.lostAt) return false
      log.info('the other party has used its time', { gameId })
      return this.#send(this.#contract.endByTime(gameId))
    }
    // A transaction that is sent now is in the next block at the earliest.
    if (block + 1n >= game.lostAt) return false
    const move = await moveFrom(game.position, states)
    if (!move) return this.#agree()
    log.info('move', { gameId, action: move.action, level: game.position.level, part: Number(move.part.index) })
    return this.#send(this.#contract.move(gameId, move, game.missingBond))
  }

  async #send(call: Call): Promise<true> {
    const { blockNumber } = await this.#options.sender.send(call)
    this.#sentAt = blockNumber
    return true
  }

  /** The other party computed the same, so it is right, and this party has no move. It will lose when its time is over. */
  #agree(): boolean {
    if (!this.#isAgreeing) log.warn('the other party is right', { gameId: this.#options.gameId })
    this.#isAgreeing = true
    return false
  }

  async #end(outcome: Outcome, block: bigint): Promise<boolean> {
    const { sender, gameId } = this.#options
    // A reorganisation can open the game again.
    if (block < reorgBlocks || (await this.#contract.outcome(gameId, block - reorgBlocks)) !== outcome) return false
    if ((await this.#contract.withdrawable(sender.address, block)) > 0n) {
      return this.#send(this.#contract.withdraw())
    }
    log.info('the game has ended', { gameId, outcome })
    this.#blocks.stop()
    this.#settle(outcome)
    return false
  }
}
