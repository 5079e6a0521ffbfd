export { ChainError } from './connect'
export * as Keystore from './Keystore'
export { type NodeOptions, type RelayNode, startNode } from './startNode'
export { startVerifier, type VerifierNode, type VerifierNodeOptions } from './startVerifier'
