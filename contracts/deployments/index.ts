// The page of a viewer needs the addresses, but only two of the ABIs. So `contractsOn`, which imports all ABIs, is in its own module.
export { type Contracts, contractsOn } from './contractsOn'
export type { Deployment } from './Deployment'
export { deploymentOn, deployments, UnknownChainError } from './deployments'
