export * as Keystore from './Keystore'
export { ChainError, type NodeOptions, type RelayNode, startNode } from './startNode'
