import {
  bondedVerifierAbi,
  bondingManagerAbi,
  chequebookAbi,
  claimsManagerAbi,
  endowmentAbi,
  genesisClaimAbi,
  jobsManagerAbi,
  livepeerTokenAbi,
  minterAbi,
  randomnessSeatAbi,
  roundsManagerAbi,
  serviceRegistryAbi,
  stakeGovernorAbi,
  stakeVotesAbi,
  timelockAbi,
} from '../abi'
import { deploymentOn } from './deployments'

/** The ABI and the address of each contract of a chain, as arguments for viem and wagmi. */
export type Contracts = ReturnType<typeof contractsOn>

/** Throws `UnknownChainError`. */
export function contractsOn(chainId: number) {
  const deployment = deploymentOn(chainId)
  return {
    timelock: { abi: timelockAbi, address: deployment.timelock },
    livepeerToken: { abi: livepeerTokenAbi, address: deployment.livepeerToken },
    roundsManager: { abi: roundsManagerAbi, address: deployment.roundsManager },
    serviceRegistry: { abi: serviceRegistryAbi, address: deployment.serviceRegistry },
    randomness: { abi: randomnessSeatAbi, address: deployment.randomness },
    bondingManager: { abi: bondingManagerAbi, address: deployment.bondingManager },
    jobsManager: { abi: jobsManagerAbi, address: deployment.jobsManager },
    claimsManager: { abi: claimsManagerAbi, address: deployment.claimsManager },
    verifier: { abi: bondedVerifierAbi, address: deployment.verifier },
    minter: { abi: minterAbi, address: deployment.minter },
    chequebook: { abi: chequebookAbi, address: deployment.chequebook },
    stakeVotes: { abi: stakeVotesAbi, address: deployment.stakeVotes },
    governor: { abi: stakeGovernorAbi, address: deployment.governor },
    genesisClaim: { abi: genesisClaimAbi, address: deployment.genesisClaim },
    endowment: { abi: endowmentAbi, address: deployment.endowment },
  } as const
}
