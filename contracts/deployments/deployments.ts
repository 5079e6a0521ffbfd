import { ProtocolError } from '../protocol/errors'
import local from './31337'
import type { Deployment } from './Deployment'

/** The deployments that this version knows, one per chain. */
export const deployments: readonly Deployment[] = [local]

/** The deployments that the settings of this page or relay name, by chain. */
const configured = new Map<number, Deployment>()

/** From now on, `deploymentOn` and `contractsOn` give these addresses for their chain. */
export const configureDeployment = (deployment: Deployment): void => void configured.set(deployment.chainId, deployment)

/** The chains for which `deploymentOn` has addresses. */
export const knownChains = (): number[] => [
  ...new Set([...deployments, ...configured.values()].map(({ chainId }) => chainId)),
]

/** Throws `UnknownChainError`. */
export function deploymentOn(chainId: number): Deployment {
  const deployment = configured.get(chainId) ?? deployments.find((candidate) => candidate.chainId === chainId)
  if (!deployment) throw new UnknownChainError({ chainId })
  return deployment
}

export class UnknownChainError extends ProtocolError {
  override readonly name = 'UnknownChainError'
  readonly chainId: number
  constructor({ chainId }: { chainId: number }) {
    super('The protocol is not deployed on this chain.', {
      details: [`Chain: ${chainId}`, `Deployed on: ${knownChains().join(', ')}`],
    })
    this.chainId = chainId
  }
}
