import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createPublicClient, encodeFunctionData, http, type PublicClient, parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RpcCall, startProxy } from '../../relay/testbeds/proxy'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import { readDelegatorCount } from './readDelegatorCount'
import { readHistory } from './readHistory'
import { readStaking } from './readStaking'
import type { Staking } from './Staking'

const transcoders = 150
const events = 20_000
const eventsPerTransaction = 100

const { bondingManager } = contractsOn(localChainId)
let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
  for (let index = 1; index <= transcoders; index++) await register(index)
  // Before the first round is initialized, stakes can always change.
  await makeEvents()
  await local.mine(30)
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}, 1_200_000)
afterAll(() => local.stop())

async function register(index: number): Promise<void> {
  await local.test.setBalance({ address: local.user(index).address, value: parseEther('100') })
  const uri = `https://relay${index}.example`
  await registerTranscoder(local, index, { uri, price: 100n, stake: String(100 + index) })
}

/** The first transcoder adds to its own stake, again and again. */
async function makeEvents(): Promise<void> {
  const user = local.user(1)
  const amount = parseEther('0.001')
  const all = amount * BigInt(events)
  await local.mined(local.user(0).livepeerToken.write.transfer([user.address, all]))
  await local.mined(user.livepeerToken.write.approve([bondingManager.address, all]))
  const call = encodeFunctionData({ ...bondingManager, functionName: 'bond', args: [amount, user.address] })
  const calls = Array.from({ length: eventsPerTransaction }, () => call)
  for (let sent = 0; sent < events; sent += eventsPerTransaction)
    await local.mined(user.bondingManager.write.multicall([calls]))
}

async function readList(client: PublicClient): Promise<Staking> {
  const clock = { block: await local.chain.getBlockNumber({ cacheTime: 0 }), timeMs: 0, blockTimeMs: 1_000 }
  return readStaking(client, { chainId: localChainId, account: local.user(2).address, clock, waitingCount: 25 })
}

const readPage = (client: PublicClient, { round }: Staking) => {
  const its = { chainId: localChainId, transcoder: local.user(1).address }
  return Promise.all([
    readHistory(client, { ...its, round, isSeated: true }),
    readDelegatorCount(client, { ...its, block: round.clock.block }),
  ])
}

test('150 transcoders, one with 20,000 events, need few requests', async () => {
  const proxy = await startProxy(local.rpcUrl)
  const calls: RpcCall[] = []
  proxy.refuse((call) => void calls.push(call))
  const client = createPublicClient({ chain: local.chain.chain, transport: http(proxy.url) }) as PublicClient

  const staking = await readList(client)
  expect(staking.transcoders).toHaveLength(transcoders)
  expect(new Set(staking.transcoders.map(({ relay }) => relay))).toHaveProperty('size', transcoders)
  expect(calls.splice(0).length).toBeLessThan(40)
  const [history, delegators] = await readPage(client, staking)
  expect(history.rounds).toHaveLength(1)
  expect(delegators).toBe(0)
  expect(calls.splice(0).length).toBeLessThan(40)
  await proxy.stop()
})
