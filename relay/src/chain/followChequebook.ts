import { deploymentOn } from '@lp/contracts/deployments'
import { type Address, type Client, type Hex, numberToHex, pad } from 'viem'
import { getChainId } from 'viem/actions'
import { BlockRunner } from './BlockRunner'
import { type BlockRange, readEvents } from './eventPages'
import { reorgBlocks } from './reorgBlocks'

export type FollowChequebookOptions = {
  /** Returns the issuers to follow. Called at each block. */
  issuers(): readonly Address[]
  /** A deposit, channel or session key of the issuer has changed, or a reorganisation has undone a change. */
  onChange(issuer: Address): void
  /** Called when the chain did not answer. The next try is at the next block. */
  onFault?(error: Error): void
}

/** RPCs limit the length of a request. If more issuers than this are followed, we read the events of all issuers of the contract. */
const maxTopics = 100

/**
 * Follows the events of the Chequebook contract about some issuers, until the caller calls the returned function. At the start,
 * the events of the last blocks are reported too. So the caller also hears of events that came shortly after it had read the contract.
 */
export function followChequebook(client: Client, { issuers, onChange, onFault }: FollowChequebookOptions): () => void {
  /** The events of the last blocks, each with its issuer. */
  let known = new Map<string, Address>()
  let searchedTo: bigint | undefined
  let isStopped = false

  const look = async (toBlock: bigint) => {
    const followed = new Map(issuers().map((issuer) => [issuer.toLowerCase(), issuer]))
    const start = (searchedTo ?? toBlock) + 1n - reorgBlocks
    const range = { fromBlock: start > 0n ? start : 0n, toBlock }
    const found = followed.size > 0 ? await search(client, followed, range) : new Map<string, Address>()
    if (isStopped) return
    const changed = new Set<Address>()
    for (const [id, issuer] of found) if (!known.has(id)) changed.add(issuer)
    for (const [id, issuer] of known) if (!found.has(id) && blockOf(id) >= range.fromBlock) changed.add(issuer)
    known = found
    searchedTo = toBlock
    for (const issuer of changed) onChange(issuer)
  }
  const runner = new BlockRunner({ client, act: look, onFault: (error) => onFault?.(error) })
  runner.start()
  return () => {
    isStopped = true
    runner.stop()
  }
}

/** In most events of the contract, the first indexed argument is the issuer. In the other events it is a splitee. */
async function search(
  client: Client,
  followed: ReadonlyMap<string, Address>,
  range: BlockRange,
): Promise<Map<string, Address>> {
  const address = deploymentOn(client.chain?.id ?? (await getChainId(client))).chequebook
  const topics: (null | Hex[])[] = followed.size > maxTopics ? [] : [null, [...followed.values()].map((it) => pad(it))]
  const logs = await readEvents(client, {
    ...range,
    read: ({ fromBlock, toBlock }) => {
      const filter = { address, topics, fromBlock: numberToHex(fromBlock), toBlock: numberToHex(toBlock) }
      return client.request({ method: 'eth_getLogs', params: [filter] })
    },
  })
  const found = new Map<string, Address>()
  for (const { topics, blockNumber, blockHash, logIndex } of logs) {
    const issuer = followed.get(`0x${topics[1]?.slice(-40).toLowerCase()}`)
    if (issuer) found.set(`${BigInt(blockNumber ?? 0)} ${blockHash} ${logIndex}`, issuer)
  }
  return found
}

const blockOf = (id: string): bigint => BigInt(id.slice(0, id.indexOf(' ')))
