/**
 * Options for `multicall` of viem. `deployless`: the node runs the calls in one `eth_call`, without a multicall
 * contract on the chain.
 */
export const multicallOptions = { allowFailure: false, deployless: true, batchSize: 4_096 } as const
