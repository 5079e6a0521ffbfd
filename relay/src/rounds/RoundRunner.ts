import { Round } from '@lp/contracts/protocol'
import { isAddressEqual, type PublicClient } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import type { Sender } from '../chain/Sender'
import { logOf } from '../log'
import { missingStake } from './missingStake'
import { RoundsChain, type Seat } from './RoundsChain'
import { type Registration, register, setAvailable } from './registration'
import { placeOf, randomDelay, turnBlocks } from './turns'

/** Port: the counters of rounds. Units of 10^-18 LPT. The gateway's metrics implement this port. */
export type RoundMetrics = {
  roundInitialized(): void
  /** `amount`: minted for us and all stake bonded to us. `own`: our part of `amount`. */
  reward(minted: { amount: bigint; own: bigint }): void
  finderFee(amount: bigint): void
}

/**
 * `active`: the transcoder gets work and rewards. `seated`: it is active from the next round on. `waiting`: it is registered, but
 * holds no seat, because its stake is too small. `none`: it is not registered.
 */
export type SeatState = 'active' | 'seated' | 'waiting' | 'none'

export const stateOf = ({ registered, seated, active }: Seat): SeatState =>
  active ? 'active' : seated ? 'seated' : registered ? 'waiting' : 'none'

export type RoundRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  /** Missed rewards and too little work are reported when the finder's fee is at least this sum: units of 10^-18 LPT. */
  minFinderFee: bigint
  metrics: RoundMetrics
  /** Called when a step failed. The runner reads the chain again at the next block, and tries again. */
  onFault(error: Error): void
}

const log = logOf('rounds')

/**
 * A transcoder's duties in each round: initializes the round, calls `reward`, keeps its seat, and reports transcoders that miss
 * rewards or do too little work. At each block, reads the chain and takes the steps that are due. All state is on chain, so a relay that
 * was killed takes no step twice.
 */
export class RoundRunner {
  readonly #options: RoundRunnerOptions
  readonly #chain: RoundsChain
  #blocks: BlockRunner | undefined
  #isRegistered = false
  /** Whether this relay wants new jobs. */
  #acceptsJobs = true
  #round: Round.Round | undefined
  #seat: Seat | undefined
  /** The last round in which this relay searched for neglected duties. */
  #searchedRound: bigint | undefined

  constructor(options: RoundRunnerOptions) {
    this.#options = options
    this.#chain = new RoundsChain(options)
  }

  /** `undefined` before the chain was first read, like `seat`. */
  get round(): Round.Round | undefined {
    return this.#round
  }

  get seat(): Seat | undefined {
    return this.#seat
  }

  /**
   * Takes the steps of the registration that the round permits now, and leaves the other steps for later blocks. Throws
   * `TooLittleStakeError` and `SelfStakeTooSmallError`.
   */
  async start(registration: Registration): Promise<void> {
    const { client, onFault } = this.#options
    await this.#register(registration)
    if (!this.#isRegistered) {
      const { endBlock } = await this.#chain.round(await client.getBlockNumber())
      log.info('stakes or rates are locked; registration continues later', { untilBlock: endBlock })
    }
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block, registration), onFault })
    this.#blocks.start()
  }

  /** Opens or closes us for new jobs. Running streams continue. */
  acceptJobs(accepts: boolean): void {
    this.#acceptsJobs = accepts
    this.#blocks?.wake()
  }

  /** Stops the runner: after this call no new run starts. */
  stop(): void {
    this.#blocks?.stop()
  }

  /** Resolves when no run is in progress. */
  async idle(): Promise<void> {
    await this.#blocks?.idle()
  }

  async #advance(block: bigint, registration: Registration) {
    const [round, seat] = await Promise.all([this.#chain.round(block), this.#chain.seat(block)])
    this.#logChange(seat)
    this.#round = round
    this.#seat = seat
    if (!round.initialized) return this.#initialize(round, block)
    // A step that the chain refuses must not stop other steps.
    const steps = [
      ...[this.#reward(round, seat, block), this.#keepSeat(seat, registration), this.#keepOpen(seat)],
      this.#report(round, block),
    ]
    const failed = (await Promise.allSettled(steps)).find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Initializes the round in our turn. After all turns, every transcoder may initialize it. */
  async #initialize(round: Round.Round, block: bigint) {
    if (!Round.canInitialize(round, block)) return
    const due = round.startBlock + 1n + (await this.#ownTurn('initialize', round, block))
    if (block < due || !(await this.#chain.initialize())) return
    this.#options.metrics.roundInitialized()
    log.info('round initialized', { round: round.number })
  }

  /**
   * Calls `reward` at a random block of the round's first quarter, or as soon as possible after this block. If all transcoders called it in
   * the same block, the block would be full.
   */
  async #reward(round: Round.Round, { reward, ownStake, delegatedStake }: Seat, block: bigint) {
    const { sender, metrics } = this.#options
    const { number, startBlock } = round
    const blocks = Round.lengthOf(round) / 4n
    const due = startBlock + randomDelay({ self: sender.address, round: number, blocks })
    if (reward !== 'due' || block < due) return
    const minted = await this.#chain.reward()
    if (!minted) return
    const { amount, cut } = minted
    metrics.reward({ amount, own: cut + ((amount - cut) * ownStake) / (ownStake + delegatedStake) })
    log.info('reward called', { round: number, amount, cut })
  }

  async #keepSeat({ registered, seated }: Seat, registration: Registration) {
    if (!this.#isRegistered) await this.#register(registration)
    else if (registered && !seated && (await this.#chain.takeSeat())) log.info('seat won')
  }

  /**
   * Opens or closes us for new jobs if the chain shows another state than this relay wants. A relay on another machine with our key
   * closes us when it ends. A late transaction of an earlier process of this relay can also close us.
   */
  async #keepOpen({ registered, available }: Seat) {
    if (!registered || !this.#isRegistered || available === this.#acceptsJobs) return
    const { client, sender, chainId } = this.#options
    if (this.#acceptsJobs) log.warn('the chain shows this relay as closed for new jobs; opening again')
    await setAvailable({ client, sender, chainId, available: this.#acceptsJobs })
  }

  /**
   * Reports missed rewards and too little work once a round, in our turn. Transcoders that were reported in earlier turns are already
   * slashed.
   */
  async #report(round: Round.Round, block: bigint) {
    const { sender, minFinderFee, metrics } = this.#options
    if (!this.#isRegistered || this.#searchedRound === round.number) return
    const due = round.startBlock + turnsBlocks(round) + (await this.#ownTurn('report', round, block))
    if (block < due) return
    const seats = (await this.#chain.seats(block)).map(({ address }) => address)
    const others = seats.filter((address) => !isAddressEqual(address, sender.address))
    for (const neglect of await this.#chain.neglected(others, block)) {
      if (neglect.fee < minFinderFee) continue
      const fee = await this.#chain.slash(neglect)
      if (fee === undefined) continue
      metrics.finderFee(fee)
      const { transcoder, duty } = neglect
      log.info(duty === 'reward' ? 'missed rewards reported' : 'too little work reported', { transcoder, fee })
    }
    this.#searchedRound = round.number
  }

  /**
   * Logs when own stake is missing, for example after an increase of the minimum. (If a slash takes the stake below the minimum, the chain
   * ends the registration.) Logs when the state of our seat changes, and when we are opened or closed for new jobs. If the transcoder is no
   * longer registered, the relay does not register it again, because the operator may have resigned with `lp-relay resign`.
   */
  #logChange(seat: Seat) {
    const before = this.#seat
    const { missingSelfStake: missing } = seat
    if (seat.registered && missing > 0n && missing !== before?.missingSelfStake)
      log.warn(missingStake(missing, this.#options.sender.address))
    if (!before) return
    const [state, stateBefore] = [stateOf(seat), stateOf(before)]
    if (state !== stateBefore) log.info('seat', { state, before: stateBefore })
    if (seat.available !== before.available) log.info(seat.available ? 'open for new jobs' : 'closed for new jobs')
  }

  async #register(registration: Registration) {
    const { client, sender, chainId } = this.#options
    this.#isRegistered = await register({ client, sender, chainId, registration })
    if (this.#isRegistered) log.info('registered')
  }

  /** The number of blocks until our turn among the transcoders that hold a seat. */
  async #ownTurn(purpose: string, round: Round.Round, block: bigint): Promise<bigint> {
    const among = (await this.#chain.seats(block)).map(({ address }) => address)
    const place = placeOf({ self: this.#options.sender.address, among, occasion: round.number, purpose })
    const [wait, longest] = [BigInt(place) * turnBlocks, turnsBlocks(round)]
    return wait < longest ? wait : longest
  }
}

/** The number of blocks for all turns together: a tenth of the round. */
function turnsBlocks(round: Round.Round): bigint {
  const tenth = Round.lengthOf(round) / 10n
  return tenth > 1n ? tenth : 1n
}
