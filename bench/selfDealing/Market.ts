import { claimsGas } from './gas'
import { mainnet, type Network, typicalUnitsPerSecond } from './Network'

/** What no parameter fixes. Everything here is an assumption, and is swept. */
export type Market = {
  /** ETH for one LPT. */
  tokenPrice: number
  gasPriceGwei: number
  /** Wei a unit, what broadcasters pay. */
  pricePerUnit: number
  /** Wei a unit that transcoding costs, without gas. */
  costPerUnit: number
  /** Typical streams that are live at any moment, all of them real. */
  streams: number
  /** What a unit of fake work costs, as a part of a real one. A still source of 16 × 16 pixels is next to 0. */
  fakeCost: number
}

export type World = { network: Network; market: Market }

/**
 * LPT at 0.002 ETH; 0.1 gwei; 720p at 20 fps keeps 0.4 of a core busy (`npm run bench -- transcode`), and a core-hour at
 * 10⁻⁵ ETH makes that 66 wei a unit; a price that pays for it and for its gas, with something left. Fake work is free,
 * which is the worst.
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

/** Units that all broadcasters ask for in a round. */
export const demand = ({ network, market }: World): number =>
  market.streams * typicalUnitsPerSecond * network.roundSeconds

/** ETH that they pay in a round. */
export const fees = (world: World): number => ethOfWei(demand(world) * world.market.pricePerUnit)

/** ETH that the tokens minted in a round are worth. */
export const minted = ({ network, market }: World): number => network.mintedPerRound * market.tokenPrice

/** What fees are worth beside rewards, for the same stake. */
export const feesPerReward = (world: World): number => fees(world) / minted(world)

const honestSegmentSeconds = 2

/** Gas that one unit of honest work takes to be paid: the relay claims when half of the reserve is used. */
export function honestGasPerUnit({ claimIntervalSeconds, verificationRate }: Network): number {
  const segments = claimIntervalSeconds / 2 / honestSegmentSeconds
  return claimsGas({ claims: 1, segments }, verificationRate) / ((claimIntervalSeconds / 2) * typicalUnitsPerSecond)
}

/** Wei that one unit of honest work costs, gas included: nobody offers it for less. */
export const honestCostPerUnit = ({ network, market }: World): number =>
  market.costPerUnit + honestGasPerUnit(network) * market.gasPriceGwei * 1e9
