import { type Address, formatEther } from 'viem'

/** Tells the operator what to do if the transcoder has too little own stake for a seat. `missing`: units of 10^-18 LPT. */
export const missingStake = (missing: bigint, address: Address): string =>
  `For a seat, this transcoder needs ${formatEther(missing)} LPT more own stake. Send this LPT to ${address}, and restart the relay: it bonds own stake up to --stake.`
