import { expect } from '@playwright/test'
import { decodeFunctionResult, encodeEventTopics, encodeFunctionData, type Hex, padHex, parseAbi } from 'viem'
import type { Network } from './network'

const abi = parseAbi([
  'struct Rendition { uint16 height; uint32 bitrate; }',
  'struct TranscodingOptions { uint16 width; uint16 height; uint8 fps; Rendition[] renditions; }',
  'event NewJob(bytes32 indexed jobId, bytes32 indexed streamId, address indexed broadcaster, TranscodingOptions options, uint256 pricePerUnit, uint256 unitsPerSecond, uint256 reserve, uint256 endBlock)',
  'struct Broadcaster { uint256 deposit; uint256 reserved; }',
  'function getBroadcaster(address broadcaster) view returns (Broadcaster)',
  'function withdraw(uint256 amount)',
  'function withdrawAll(bytes32[] jobIds)',
  'function earnings(address account) view returns (uint256)',
])

/** Sends one JSON-RPC request directly to the chain, not through the page. */
export async function rpc({ chainUrl }: Network, method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(chainUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } }
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}

/** An account's ether, in wei. */
export const balanceOf = async (network: Network, address: string): Promise<bigint> =>
  BigInt((await rpc(network, 'eth_getBalance', address, 'latest')) as string)

export const blockNumber = async (network: Network): Promise<number> =>
  Number((await rpc(network, 'eth_blockNumber')) as string)

/** Mines blocks immediately. */
export const mineBlocks = (network: Network, blocks: number): Promise<unknown> =>
  rpc(network, 'anvil_mine', `0x${blocks.toString(16)}`)

/** Sets the time between two blocks; 0 stops mining. */
export const setBlockTime = (network: Network, seconds: number): Promise<unknown> =>
  rpc(network, 'evm_setIntervalMining', seconds)

/**
 * The number of the block with the first job that a wallet has posted in block `since` or later. Waits until `blocks` more blocks are
 * mined.
 */
export async function jobBlock(
  network: Network,
  { address, since, blocks }: { address: string; since: number; blocks: number },
): Promise<number> {
  const { jobsManager } = await status(network)
  const [topic] = encodeEventTopics({ abi, eventName: 'NewJob' })
  const filter = { address: jobsManager, fromBlock: `0x${since.toString(16)}` }
  const topics = [topic, null, null, padHex(address as Hex, { size: 32 })]
  for (;;) {
    const [log] = (await rpc(network, 'eth_getLogs', { ...filter, topics })) as { blockNumber: string }[]
    if (log && (await blockNumber(network)) >= Number(log.blockNumber) + blocks) return Number(log.blockNumber)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Replaces block `first` and all later blocks by the same number of empty blocks. */
export async function replaceBlocks(network: Network, first: number): Promise<void> {
  await rpc(network, 'anvil_reorg', (await blockNumber(network)) - first + 1, [])
}

/** The change of an account's balance since a block, in wei. The cost of the gas for the account's own transactions is not subtracted. */
export async function gainedSince(network: Network, { address, block }: { address: string; block: number }) {
  const now = await blockNumber(network)
  const at = async (number: number) =>
    BigInt((await rpc(network, 'eth_getBalance', address, `0x${number.toString(16)}`)) as string)
  let gas = 0n
  for (let number = block + 1; number <= now; number++) {
    const receipts = (await rpc(network, 'eth_getBlockReceipts', `0x${number.toString(16)}`)) as Receipt[]
    for (const { from, gasUsed, effectiveGasPrice } of receipts)
      if (from.toLowerCase() === address.toLowerCase()) gas += BigInt(gasUsed) * BigInt(effectiveGasPrice)
  }
  return (await at(now)) - (await at(block)) + gas
}

type Receipt = { from: string; gasUsed: string; effectiveGasPrice: string }

/** The account of the relay's operator. */
export const operatorOf = async (network: Network): Promise<string> => (await status(network)).operator

/** A broadcaster's whole deposit in the contract, including the reserves of its jobs, in wei. */
export async function depositOf(network: Network, address: string): Promise<bigint> {
  const { deposit, reserved } = await broadcasterOf(network, address)
  return deposit + reserved
}

/** A broadcaster's free deposit and reserves in the contract, in wei. */
export async function broadcasterOf(network: Network, address: string): Promise<{ deposit: bigint; reserved: bigint }> {
  const { jobsManager } = await status(network)
  const data = encodeFunctionData({ abi, functionName: 'getBroadcaster', args: [address as Hex] })
  const result = (await rpc(network, 'eth_call', { to: jobsManager, data }, 'latest')) as Hex
  return decodeFunctionResult({ abi, functionName: 'getBroadcaster', data: result })
}

/** A broadcaster withdraws a part of its free deposit, or all of it, without its page. */
export async function withdraw(network: Network, address: string, amount: bigint | 'all'): Promise<void> {
  const { jobsManager } = await status(network)
  const data =
    amount === 'all'
      ? encodeFunctionData({ abi, functionName: 'withdrawAll', args: [[]] })
      : encodeFunctionData({ abi, functionName: 'withdraw', args: [amount] })
  await rpc(network, 'anvil_impersonateAccount', address)
  await rpc(network, 'eth_sendTransaction', { from: address, to: jobsManager, data })
  await rpc(network, 'anvil_stopImpersonatingAccount', address)
}

/** The fees that an account has earned and not withdrawn, in wei. */
export async function earningsOf(network: Network, account: string): Promise<bigint> {
  const { jobsManager } = await status(network)
  const data = encodeFunctionData({ abi, functionName: 'earnings', args: [account as Hex] })
  const result = (await rpc(network, 'eth_call', { to: jobsManager, data }, 'latest')) as Hex
  return decodeFunctionResult({ abi, functionName: 'earnings', data: result })
}

/**
 * Opens the relay for new jobs, or closes it, as its operator can with a signal. The signal switches between the two states, so before the
 * call the state must differ from `available`. Resolves when the relay has read the new state from the chain.
 */
export async function setAvailable(network: Network, available: boolean): Promise<void> {
  process.kill(network.relayProcess, 'SIGUSR2')
  await expect
    .poll(async () => {
      const { seat } = (await (await fetch(`${network.relayUrl}/status`)).json()) as { seat: { available: boolean } }
      return seat.available
    })
    .toBe(available)
}

/** The status that the relay serves. */
async function status({ relayUrl }: Network): Promise<{ jobsManager: Hex; operator: Hex }> {
  const { address, chain } = (await (await fetch(`${relayUrl}/status`)).json()) as {
    address: Hex
    chain: { jobsManager: Hex }
  }
  return { jobsManager: chain.jobsManager, operator: address }
}
