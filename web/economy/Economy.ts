import type { Clock } from '../chain/Clock'

/** The numbers of the network at one block. */
export type Economy = {
  clock: Clock
  round: bigint
  /** All LPT, and the LPT that are bonded, in units of 10^-18. */
  supply: bigint
  bonded: bigint
  /** The target for the bonded part, in parts per billion. */
  participationRate: bigint
  /** The LPT that can be minted in this round, in parts per billion of all LPT and in units of 10^-18 LPT, and the LPT minted so far. */
  inflation: bigint
  mintable: bigint
  minted: bigint
  /** The common pools, in units of 10^-18 LPT and in wei. */
  pools: { lpt: bigint; wei: bigint }
}

/** The bonded part of all LPT, in parts per billion. */
export const participationOf = ({ bonded, supply }: Economy): bigint =>
  supply === 0n ? 0n : (bonded * 1_000_000_000n) / supply
