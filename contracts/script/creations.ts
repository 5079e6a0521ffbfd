import type { Address } from 'viem'
import {
  bondedVerifierAbi,
  bondedVerifierBytecode,
  bondingEarningsAbi,
  bondingEarningsBytecode,
  bondingManagerAbi,
  bondingManagerBytecode,
  bondingSeatsAbi,
  bondingSeatsBytecode,
  chequebookAbi,
  chequebookBytecode,
  claimsManagerAbi,
  claimsManagerBytecode,
  claimsSettlementAbi,
  claimsSettlementBytecode,
  eip2935Abi,
  eip2935Bytecode,
  jobsManagerAbi,
  jobsManagerBytecode,
  minterAbi,
  minterBytecode,
  randomnessSeatAbi,
  randomnessSeatBytecode,
  roundsManagerAbi,
  roundsManagerBytecode,
  serviceRegistryAbi,
  serviceRegistryBytecode,
  stakeGovernorAbi,
  stakeGovernorBytecode,
  stakeVotesAbi,
  stakeVotesBytecode,
  timelockAbi,
  timelockBytecode,
} from '../abi'
import type { Creation } from './Creation'
import type { Genesis } from './Genesis'
import { genesisCreations } from './genesisCreations'
import type { Preset } from './presets'

/**
 * The contracts in the order of their creation. A constructor gets the addresses of other contracts, also of contracts that are created
 * later. A contract checks that its extension has code. So each extension is created before its contract.
 */
export const order = [
  ...(['timelock', 'livepeerToken', 'roundsManager', 'serviceRegistry', 'blockHashes', 'randomness'] as const),
  ...(['seats', 'earnings', 'settlement', 'bondingManager', 'jobsManager', 'verifier', 'claimsManager'] as const),
  ...(['minter', 'chequebook', 'stakeVotes', 'governor', 'genesisClaim', 'endowment'] as const),
] as const
export type ContractName = (typeof order)[number]
export type Addresses = Readonly<Record<ContractName, Address>>

/** `verifier`: the account that reports the verdicts. `vestings`: the addresses of the contracts of `vestingCreations`. */
export function creationsOf(
  at: Addresses,
  { values, verifier, ...rest }: { values: Preset; verifier: Address; genesis: Genesis; vestings: readonly Address[] },
): Readonly<Record<ContractName, Creation>> {
  const { timelock, livepeerToken, roundsManager, randomness, bondingManager } = at
  const { jobsManager, claimsManager, minter, governor } = at
  const governed = [livepeerToken, bondingManager, roundsManager, jobsManager, claimsManager]
  return {
    timelock: { abi: timelockAbi, bytecode: timelockBytecode, args: [governor] },
    ...genesisCreations(at, rest),
    roundsManager: {
      ...{ abi: roundsManagerAbi, bytecode: roundsManagerBytecode },
      args: [timelock, bondingManager, minter, randomness, values.roundLength, values.roundLockAmount],
    },
    serviceRegistry: { abi: serviceRegistryAbi, bytecode: serviceRegistryBytecode, args: [] },
    blockHashes: { abi: eip2935Abi, bytecode: eip2935Bytecode, args: [] },
    randomness: { abi: randomnessSeatAbi, bytecode: randomnessSeatBytecode, args: [timelock, at.blockHashes] },
    seats: {
      ...{ abi: bondingSeatsAbi, bytecode: bondingSeatsBytecode },
      args: [timelock, livepeerToken, roundsManager, claimsManager, governor],
    },
    earnings: {
      ...{ abi: bondingEarningsAbi, bytecode: bondingEarningsBytecode },
      args: [timelock, livepeerToken, minter, roundsManager, jobsManager, claimsManager, governor, at.seats],
    },
    settlement: {
      ...{ abi: claimsSettlementAbi, bytecode: claimsSettlementBytecode },
      args: [timelock, bondingManager, jobsManager, randomness],
    },
    bondingManager: {
      ...{ abi: bondingManagerAbi, bytecode: bondingManagerBytecode },
      args: [timelock, livepeerToken, roundsManager, at.earnings, claimsManager, values],
    },
    jobsManager: {
      ...{ abi: jobsManagerAbi, bytecode: jobsManagerBytecode },
      args: [timelock, bondingManager, randomness, claimsManager, values],
    },
    verifier: {
      ...{ abi: bondedVerifierAbi, bytecode: bondedVerifierBytecode },
      args: [claimsManager, bondingManager, verifier, values.verifierBond],
    },
    claimsManager: {
      ...{ abi: claimsManagerAbi, bytecode: claimsManagerBytecode },
      args: [timelock, bondingManager, jobsManager, randomness, at.settlement, at.verifier, values],
    },
    minter: {
      ...{ abi: minterAbi, bytecode: minterBytecode },
      args: [timelock, livepeerToken, bondingManager, roundsManager, values.inflation, values],
    },
    chequebook: { abi: chequebookAbi, bytecode: chequebookBytecode, args: [values.withdrawalDelay] },
    stakeVotes: { abi: stakeVotesAbi, bytecode: stakeVotesBytecode, args: [bondingManager, roundsManager] },
    governor: {
      ...{ abi: stakeGovernorAbi, bytecode: stakeGovernorBytecode },
      args: [...governed, timelock, at.stakeVotes, values.secondsPerBlock, values],
    },
  }
}
