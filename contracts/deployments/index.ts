// The page of a viewer needs the addresses, but only two of the ABIs. So `contractsOn`, which imports all ABIs, is in its own module.
export { type Contracts, contractsOn } from './contractsOn'
export type { Deployment } from './Deployment'
export { configureDeployment, deploymentOn, deployments, knownChains, UnknownChainError } from './deployments'
export { networks } from './networks'
export { type ContractAddresses, contractsForm, parseContracts } from './parseContracts'
