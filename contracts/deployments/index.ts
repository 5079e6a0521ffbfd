import {
  bondedVerifierAbi,
  bondingManagerAbi,
  chequebookAbi,
  claimsManagerAbi,
  eip2935Abi,
  jobsManagerAbi,
  livepeerTokenAbi,
  minterAbi,
  roundsManagerAbi,
  serviceRegistryAbi,
  timelockAbi,
} from '../abi'
import { ProtocolError } from '../protocol/errors'
import local from './31337'
import type { Deployment } from './Deployment'

export type { Deployment } from './Deployment'

/** The deployments of the protocol, one per chain. */
export const deployments: readonly Deployment[] = [local]

/** The ABI and the address of each contract of a chain, as arguments for viem and wagmi. */
export type Contracts = ReturnType<typeof contractsOn>

/** Throws `UnknownChainError`. */
export function deploymentOn(chainId: number): Deployment {
  const deployment = deployments.find((candidate) => candidate.chainId === chainId)
  if (!deployment) throw new UnknownChainError({ chainId })
  return deployment
}

/** Throws `UnknownChainError`. */
export function contractsOn(chainId: number) {
  const deployment = deploymentOn(chainId)
  return {
    timelock: { abi: timelockAbi, address: deployment.timelock },
    livepeerToken: { abi: livepeerTokenAbi, address: deployment.livepeerToken },
    roundsManager: { abi: roundsManagerAbi, address: deployment.roundsManager },
    serviceRegistry: { abi: serviceRegistryAbi, address: deployment.serviceRegistry },
    randomness: { abi: eip2935Abi, address: deployment.randomness },
    bondingManager: { abi: bondingManagerAbi, address: deployment.bondingManager },
    jobsManager: { abi: jobsManagerAbi, address: deployment.jobsManager },
    claimsManager: { abi: claimsManagerAbi, address: deployment.claimsManager },
    verifier: { abi: bondedVerifierAbi, address: deployment.verifier },
    minter: { abi: minterAbi, address: deployment.minter },
    chequebook: { abi: chequebookAbi, address: deployment.chequebook },
  } as const
}

export class UnknownChainError extends ProtocolError {
  override readonly name = 'UnknownChainError'
  readonly chainId: number
  constructor({ chainId }: { chainId: number }) {
    super('The protocol is not deployed on this chain.', {
      details: [`Chain: ${chainId}`, `Deployed on: ${deployments.map((deployment) => deployment.chainId).join(', ')}`],
    })
    this.chainId = chainId
  }
}
