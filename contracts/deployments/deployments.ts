import { ProtocolError } from '../protocol/errors'
import local from './31337'
import type { Deployment } from './Deployment'

/** The deployments of the protocol, one per chain. */
export const deployments: readonly Deployment[] = [local]

/** Throws `UnknownChainError`. */
export function deploymentOn(chainId: number): Deployment {
  const deployment = deployments.find((candidate) => candidate.chainId === chainId)
  if (!deployment) throw new UnknownChainError({ chainId })
  return deployment
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
