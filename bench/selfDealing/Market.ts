import { claimsGas } from './gas'
import { mainnet, type Network, typicalUnitsPerSecond } from './Network'

/** Assumptions about values that no parameter of the protocol fixes. The sweep varies the price, the streams and the gas price. */
export type Market = {
  /** ETH for one LPT. */
  tokenPrice: number
  gasPriceGwei: number
  /** Wei per unit that broadcasters pay. */
  pricePerUnit: number
  /** Wei per unit that transcoding costs, without gas. */
  costPerUnit: number
  /** Number of streams of real broadcasters that are live at any moment. Each stream has the typical ladder. */
  streams: number
  /** The cost of a unit of fake work divided by the cost of a unit of real work. Nearly 0 if the source is a still picture of 16 × 16 pixels. */
  fakeCost: number
}

export type World = { network: Network; market: Market }

/**
 * LPT costs 0.002 ETH; gas costs 0.1 gwei. Transcoding 720p at 20 fps uses 0.4 of a core (`npm run bench -- transcode`). If an hour of
 * a core costs 10⁻⁵ ETH, this is 66 wei per unit. The price pays for the core and the gas, and leaves a profit. Fake work costs nothing:
 * this is the worst case.
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

/** Units of work that all broadcasters buy in a round. */
export const demand = ({ network, market }: World): number =>
  market.streams * typicalUnitsPerSecond * network.roundSeconds

/** ETH that all broadcasters pay in a round. */
export const fees = (world: World): number => ethOfWei(demand(world) * world.market.pricePerUnit)

/** Value of the tokens minted in a round, in ETH. */
export const minted = ({ network, market }: World): number => network.mintedPerRound * market.tokenPrice

/** All fees of a round divided by all rewards of the round. */
export const feesPerReward = (world: World): number => fees(world) / minted(world)

const honestSegmentSeconds = 2

/** Gas per unit of honest work, for all steps from the claim to the payment. The relay claims when half of the reserve is used. */
export function honestGasPerUnit({ claimIntervalSeconds, verificationRate }: Network): number {
  const segments = claimIntervalSeconds / 2 / honestSegmentSeconds
  return claimsGas({ claims: 1, segments }, verificationRate) / ((claimIntervalSeconds / 2) * typicalUnitsPerSecond)
}

/** Cost of a unit of honest work in wei, gas included. No honest transcoder works at a lower price. */
export const honestCostPerUnit = ({ network, market }: World): number =>
  market.costPerUnit + honestGasPerUnit(network) * market.gasPriceGwei * 1e9
