import { claimsGas } from './gas'
import { mainnet, type Network, typicalUnitsPerSecond } from './Network'

/** Values that no parameter of the protocol fixes. `sweep` varies `pricePerUnit`, `streams` and `gasPriceGwei`. */
export type Market = {
  /** ETH for one LPT. */
  tokenPrice: number
  gasPriceGwei: number
  /** The price that broadcasters pay, in wei per unit of work. */
  pricePerUnit: number
  /** The cost of transcoding without gas, in wei per unit of work. */
  costPerUnit: number
  /** The number of streams of real broadcasters that are live at each moment. Each stream has the ladder of `typicalUnitsPerSecond`. */
  streams: number
  /**
   * The cost of a unit of fake work divided by `costPerUnit`. _Fake work_ is the work of jobs that a transcoder posts itself. `fakeCost` is
   * nearly 0 if the source of such a job is a still picture of 16 × 16 pixels.
   */
  fakeCost: number
}

export type World = { network: Network; market: Market }

/**
 * Transcoding 720p at 20 fps uses 0.4 of a CPU core (`npm run bench -- transcode`). If an hour of a core costs 10⁻⁵ ETH, transcoding costs
 * 66 wei per unit. The price is higher than the cost of the core and the gas together, so real work makes a profit. Fake work costs
 * nothing here. This is the best case for a self-dealer.
 */
export const assumed: Market = {
  tokenPrice: 0.002,
  gasPriceGwei: 0.1,
  pricePerUnit: 4_000,
  costPerUnit: 66,
  streams: 100,
  fakeCost: 0,
}

export const base: World = { network: mainnet, market: assumed }

export const ethOfWei = (wei: number): number => wei / 1e18
export const ethOfGas = (gas: number, { gasPriceGwei }: Market): number => (gas * gasPriceGwei) / 1e9

/** The work that all real broadcasters together buy in a round, in units. */
export const demand = ({ network, market }: World): number =>
  market.streams * typicalUnitsPerSecond * network.roundSeconds

/** The fees that all real broadcasters together pay in a round, in ETH. */
export const fees = (world: World): number => ethOfWei(demand(world) * world.market.pricePerUnit)

/** The value of the LPT that is minted in a round, in ETH. */
export const minted = ({ network, market }: World): number => network.mintedPerRound * market.tokenPrice

/** All fees of a round divided by all rewards of the round. */
export const feesPerReward = (world: World): number => fees(world) / minted(world)

const honestSegmentSeconds = 2

/**
 * The gas of claiming, sealing, verifying and distributing for each unit of real work. A job reserves the fees of
 * `claimIntervalSeconds` of work for each candidate. A relay claims when half of its part of the reserve is used,
 * so one claim has the work of half of `claimIntervalSeconds`.
 */
export function honestGasPerUnit({ claimIntervalSeconds, verificationRate }: Network): number {
  const segments = claimIntervalSeconds / 2 / honestSegmentSeconds
  return claimsGas({ claims: 1, segments }, verificationRate) / ((claimIntervalSeconds / 2) * typicalUnitsPerSecond)
}

/** The cost of a unit of real work in wei, gas included. If the price is lower, real work makes a loss. */
export const honestCostPerUnit = ({ network, market }: World): number =>
  market.costPerUnit + honestGasPerUnit(network) * market.gasPriceGwei * 1e9
