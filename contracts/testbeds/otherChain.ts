import { createPublicClient, createTestClient, custom, http, type PublicClient, type Transport } from 'viem'
import { startAnvil } from '../script/anvil'

/** The chain id of a second local chain. No deployment on it is committed. */
export const otherChainId = 31_338

const history = '0x0000F90827F1c53A10cB7A002335175320002935'
/** The runtime code of the history contract, from EIP-2935. */
const historyCode =
  '0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500'

/** Starts a chain that looks like Ethereum: it has the history contract, and the time between two blocks is `blockS`. */
export async function startOtherChain({ chainId = otherChainId, blockS = 12 } = {}) {
  const anvil = await startAnvil({ chainId })
  const transport = http(anvil.rpcUrl)
  const chain: PublicClient = createPublicClient({ transport, pollingInterval: 50, cacheTime: 0 })
  const test = createTestClient({ mode: 'anvil', transport })
  await test.setCode({ address: history, bytecode: historyCode })
  await test.setBlockTimestampInterval({ interval: blockS })
  await test.mine({ blocks: 20, interval: blockS })
  return { ...anvil, chain, test }
}

type Request = { method: string; params?: unknown }

/** An RPC whose answers `change` can replace. If `change` returns `undefined`, the answer is that of `rpcUrl`. */
export function changedRpc(rpcUrl: string, change: (request: Request) => unknown): Transport {
  const { request } = http(rpcUrl)({})
  return custom({ request: async (asked: Request) => change(asked) ?? request(asked as never) }, { retryCount: 0 })
}
