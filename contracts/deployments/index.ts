// The page of a viewer needs the addresses, but only two of the ABIs. So the ABIs are in a module of their own.
export { type Contracts, contractsOn } from './contractsOn'
export type { Deployment } from './Deployment'
export { deploymentOn, deployments, UnknownChainError } from './deployments'
