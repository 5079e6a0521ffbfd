/**
 * Options for `multicall` of viem. `deployless`: the node runs the calls in one `eth_call`, without a multicall
 * contract on the chain. The answers come back as the code of a new contract, so they can have at most 24,576 bytes together. `batchSize` is
 * the number of bytes of all calls of a request: 42 calls with one address each, so an answer can have about 580 bytes.
 */
export const multicallOptions = { allowFailure: false, deployless: true, batchSize: 1_536 } as const
