import type { World } from './Market'
import type { Network } from './Network'

/** Stake that is bonded to a transcoder, in LPT. */
export type Split = {
  /** The stake that the transcoder has bonded to itself. */
  own: number
  delegated: number
}

/** The stake that one or several slashes take, and the FinderFee that the finder gets for them, in LPT. */
export type Losses = Split & { finderFee: number }

/**
 * The losses if a transcoder commits an offence in each of `shares.length` jobs, and an ally reports all offences in one round. The
 * transcoder claimed the work of all jobs before the first slash. `shares` has the slashed part of the stake for each job.
 *
 * This is the rule of `Slashes._slash` and `Losses.takeStake`. A slash takes the own stake before the delegated stake. The finder gets the
 * part `finderFee` of the loss of own stake, and nothing of the loss of delegated stake.
 */
export function slashes({ finderFee, maxRoundSlash }: Network, split: Split, shares: readonly number[]): Losses {
  const ownPart = split.own / (split.own + split.delegated)
  const rest = { ...split }
  let before = 0
  for (const wanted of shares) {
    const share = Math.min(wanted, maxRoundSlash - before)
    before += share
    rest.own *= share < ownPart ? 1 - share / ownPart : 0
    if (share > ownPart) rest.delegated *= 1 - (share - ownPart) / (1 - ownPart)
    // A transcoder that reaches the limit of a round loses its seat, and later slashes for its claims take nothing.
    if (before >= maxRoundSlash) break
  }
  const own = split.own - rest.own
  return { own, delegated: split.delegated - rest.delegated, finderFee: finderFee * own }
}

/** The gain of the transcoder and its ally together, in LPT. A negative gain is a loss. */
export const gainOf = ({ own, finderFee }: Losses): number => finderFee - own

/**
 * The gain of the transcoder and its ally together from one slash, under another rule: all stake loses the same part, and the finder gets the
 * part `finderFee` of the loss of all stake.
 */
export const gainIfAllStakePays = ({ finderFee }: Network, { own, delegated }: Split, share: number): number =>
  share * (finderFee * (own + delegated) - own)

/**
 * After a transcoder and its delegators have lost `lost` LPT, the rewards of all other stake are higher, because the protocol mints the
 * same amount for less active stake. Returns the increase divided by the rewards before the loss.
 */
export const rewardIncrease = ({ network }: World, lost: number): number =>
  network.activeStake / (network.activeStake - lost) - 1

/**
 * The owner of the slashed transcoder has another stake of `stake` LPT, which gets higher rewards after the slash. Returns the number of
 * rounds after which the additional rewards are as high as the loss of the owner and its ally together.
 */
export function roundsToRepay(world: World, losses: Losses, stake: number): number {
  const { mintedPerRound, activeStake } = world.network
  const reward = (mintedPerRound * stake) / activeStake
  return -gainOf(losses) / (reward * rewardIncrease(world, losses.own + losses.delegated))
}
