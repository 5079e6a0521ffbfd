import type { Round } from '@lp/contracts/protocol'
import { type Address, isAddressEqual, type PublicClient } from 'viem'
import { BlockRunner } from '../chain/BlockRunner'
import type { Sender } from '../chain/Sender'
import { RoundsChain, type Seat } from './RoundsChain'
import { type Registration, register } from './registration'
import { delay, turn, turnBlocks } from './turn'

/** What rounds count. Units of 10^-18 LPT. The gateway's metrics satisfy it. */
export type RoundMetrics = {
  roundInitialized(): void
  /** `own`: of the `amount` that it minted, what is ours. */
  reward(minted: { amount: bigint; own: bigint }): void
  finderFee(amount: bigint): void
}

/** What an operator wants to read in his log. */
export type RoundEvent =
  | { name: 'registered' | 'closed for new jobs' | 'open for new jobs' | 'seat won' }
  | { name: 'rates stand still'; untilBlock: bigint }
  | { name: 'round initialized'; round: bigint }
  | { name: 'reward called'; round: bigint; amount: bigint; cut: bigint }
  | { name: 'missed rewards reported'; transcoder: Address; fee: bigint }
  | { name: 'seat'; state: SeatState; before: SeatState }

/** `active`: works and earns; `seated`: from the next round on; `waiting`: others have more stake; `none`: no transcoder. */
export type SeatState = 'active' | 'seated' | 'waiting' | 'none'

export const stateOf = ({ registered, seated, active }: Seat): SeatState =>
  active ? 'active' : seated ? 'seated' : registered ? 'waiting' : 'none'

export type RoundRunnerOptions = {
  client: PublicClient
  sender: Sender
  chainId: number
  /** Others are reported when the fee for it is at least this: 10^-18 LPT, which have no price in wei to compare gas with. */
  minFinderFee: bigint
  metrics: RoundMetrics
  onEvent(event: RoundEvent): void
  /** A step failed; it is tried again at a later block, from what the chain says then. */
  onFault(error: Error): void
}

const max = (a: bigint, b: bigint) => (a > b ? a : b)
const min = (a: bigint, b: bigint) => (a < b ? a : b)

/**
 * Does what falls to a transcoder in each round: opens it, calls its reward, keeps its seat, reports those who miss theirs.
 * Once a block it reads the chain, does what is due, and forgets: killed at any time it does nothing twice.
 */
export class RoundRunner {
  readonly #options: RoundRunnerOptions
  readonly #chain: RoundsChain
  #blocks: BlockRunner | undefined
  #isRegistered = false
  #round: Round.Round | undefined
  #seat: Seat | undefined
  /** The last round in which we looked for those who miss rewards. */
  #searched: bigint | undefined

  constructor(options: RoundRunnerOptions) {
    this.#options = options
    this.#chain = new RoundsChain(options)
  }

  /** `undefined` before the chain was first asked. */
  get round(): Round.Round | undefined {
    return this.#round
  }

  get seat(): Seat | undefined {
    return this.#seat
  }

  /** Registers as far as the round lets us, and leaves the rest to the blocks that come. Throws `TooLittleStakeError`. */
  async start(registration: Registration): Promise<void> {
    await this.#register(registration)
    if (!this.#isRegistered) {
      const { client, onEvent } = this.#options
      const { endBlock } = await this.#chain.round(await client.getBlockNumber())
      onEvent({ name: 'rates stand still', untilBlock: endBlock })
    }
    const { client, onFault } = this.#options
    this.#blocks = new BlockRunner({ client, act: (block) => this.#advance(block, registration), onFault })
    this.#blocks.start()
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#blocks?.stop()
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    await this.#blocks?.idle()
  }

  async #advance(block: bigint, registration: Registration) {
    const [round, seat] = await Promise.all([this.#chain.round(block), this.#chain.seat(block)])
    this.#tell(seat)
    this.#round = round
    this.#seat = seat
    if (!round.initialized) return this.#initialize(round, block)
    // Each for itself: a reward must not wait for what the chain refuses today.
    const steps = [this.#reward(round, seat, block), this.#keepSeat(seat, registration), this.#report(round, block)]
    const failed = (await Promise.allSettled(steps)).find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** In our turn, and with everybody at the end of all turns. The round's first block is too early. */
  async #initialize(round: Round.Round, block: bigint) {
    const { number, startBlock } = round
    if (block <= startBlock) return
    const due = startBlock + 1n + (await this.#turn('initialize', round, block))
    if (block < due || !(await this.#chain.initialize())) return
    this.#options.metrics.roundInitialized()
    this.#options.onEvent({ name: 'round initialized', round: number })
  }

  /** Some time in the first quarter: rewards of all in one block would fill it. */
  async #reward(
    { number, startBlock, endBlock }: Round.Round,
    { reward, ownStake, delegatedStake }: Seat,
    block: bigint,
  ) {
    const { sender, metrics, onEvent } = this.#options
    const blocks = (endBlock - startBlock) / 4n
    if (reward !== 'due' || block < startBlock + delay({ self: sender.address, round: number, blocks })) return
    const minted = await this.#chain.reward()
    if (!minted) return
    const { amount, cut } = minted
    metrics.reward({ amount, own: cut + ((amount - cut) * ownStake) / (ownStake + delegatedStake) })
    onEvent({ name: 'reward called', round: number, amount, cut })
  }

  async #keepSeat({ registered, seated }: Seat, registration: Registration) {
    if (!this.#isRegistered) await this.#register(registration)
    else if (registered && !seated && (await this.#chain.contend())) this.#options.onEvent({ name: 'seat won' })
  }

  /** Once a round, in our turn: who came before has slashed whom we would have found. */
  async #report(round: Round.Round, block: bigint) {
    const { sender, minFinderFee, metrics, onEvent } = this.#options
    if (!this.#isRegistered || this.#searched === round.number) return
    const due = round.startBlock + this.#turns(round) + (await this.#turn('report', round, block))
    if (block < due) return
    const others = (await this.#chain.seats(block)).filter(({ address }) => !isAddressEqual(address, sender.address))
    for (const { address, fee: expected } of await this.#chain.missing(others, block)) {
      if (expected < minFinderFee) continue
      const fee = await this.#chain.slashMissedReward(address)
      if (fee === undefined) continue
      metrics.finderFee(fee)
      onEvent({ name: 'missed rewards reported', transcoder: address, fee })
    }
    this.#searched = round.number
  }

  /** Only this key can resign or close us, so whoever did it meant it: it is said, and left as it is. */
  #tell(seat: Seat) {
    const before = this.#seat
    if (!before) return
    const { onEvent } = this.#options
    const [state, stateBefore] = [stateOf(seat), stateOf(before)]
    if (state !== stateBefore) onEvent({ name: 'seat', state, before: stateBefore })
    if (seat.available !== before.available)
      onEvent({ name: seat.available ? 'open for new jobs' : 'closed for new jobs' })
  }

  async #register(registration: Registration) {
    const { client, sender, chainId, onEvent } = this.#options
    this.#isRegistered = await register({ client, sender, chainId, registration })
    if (this.#isRegistered) onEvent({ name: 'registered' })
  }

  /** Blocks to wait until it is our turn among those who hold a seat. */
  async #turn(purpose: string, round: Round.Round, block: bigint): Promise<bigint> {
    const among = (await this.#chain.seats(block)).map(({ address }) => address)
    const place = turn({ self: this.#options.sender.address, among, occasion: round.number, purpose })
    return min(BigInt(place) * turnBlocks, this.#turns(round))
  }

  /** All turns together: a tenth of the round. */
  #turns({ startBlock, endBlock }: Round.Round): bigint {
    return max(1n, (endBlock - startBlock) / 10n)
  }
}
