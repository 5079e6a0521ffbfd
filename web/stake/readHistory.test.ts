import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { createPublicClient, type Hex, hexToBigInt, http, type PublicClient, parseEther } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startProxy } from '../../relay/testbeds/proxy'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import { rewardCalls } from './History'
import { readDelegatorCount } from './readDelegatorCount'
import { readHistory } from './readHistory'
import { readStaking } from './readStaking'

const { bondingManager } = contractsOn(localChainId)
let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

const block = () => local.chain.getBlockNumber({ cacheTime: 0 })

async function shown(also: Hex) {
  const clock = { block: await block(), timeMs: 0, blockTimeMs: 1_000 }
  const options = { chainId: localChainId, account: undefined, clock, waitingCount: 0, also }
  return readStaking(local.chain as PublicClient, options)
}

/** Mines until the next round, and initializes it. */
async function nextRound(also: Hex) {
  const { round } = await shown(also)
  await local.mine(Number(round.endBlock + 1n - round.clock.block))
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}

async function bond(index: number, to: Hex) {
  const user = local.user(index)
  await local.mined(local.user(0).livepeerToken.write.transfer([user.address, parseEther('5')]))
  await local.mined(user.livepeerToken.write.approve([bondingManager.address, parseEther('5')]))
  await local.mined(user.bondingManager.write.bond([parseEther('5'), to]))
}

it('reads the rounds, the rates and the slashes of a transcoder, and counts its delegators', async () => {
  const [, first, second] = [0, 1, 2].map(local.user) as [User, User, User]
  for (const index of [1, 2])
    await registerTranscoder(local, index, { uri: `https://relay${index}.example/`, price: 100n, stake: '100' })
  await bond(3, first.address)
  await bond(4, first.address)
  await nextRound(first.address)
  await local.mined(local.user(4).bondingManager.write.bond([0n, second.address]))
  await local.mined(first.bondingManager.write.reward())
  await local.mined(first.bondingManager.write.transcoder([200n, 50_000n, 250_000n]))
  // In these rounds, the transcoder does not call `reward`, until it can be slashed.
  for (let round = 0; round < 4; round++) await nextRound(first.address)
  await local.mined(second.bondingManager.write.slashMissedReward([first.address]))

  const { transcoders, round } = await shown(first.address)
  const transcoder = transcoders.find(({ address }) => address === first.address)
  expect(transcoder).toMatchObject({ relay: 'https://relay1.example', standing: 'active', missedRewards: 0 })
  const history = await readHistory(local.chain as PublicClient, {
    ...{ chainId: localChainId, transcoder: first.address, round, isSeated: true },
  })
  const present = round.number
  expect(history.rounds.map(({ round, reward }) => [round, reward])).toEqual([
    [present, 'due'],
    ...[1n, 2n, 3n].map((ago) => [present - ago, 'missed']),
    [present - 4n, 'called'],
  ])
  expect(history.rounds[4]?.amount).toBeGreaterThan(0n)
  expect(rewardCalls(history)).toEqual({ called: 1, due: 4 })
  expect(
    history.rates.map(({ pricePerUnit, blockRewardCut, feeShare }) => [pricePerUnit, blockRewardCut, feeShare]),
  ).toEqual([
    [200n, 50_000n, 250_000n],
    [100n, 0n, 0n],
  ])
  expect(history.slashings.map(({ cause }) => cause)).toEqual(['duty'])
  expect(history.slashings[0]?.amount).toBe(transcoder?.slashed?.duty)

  const count = { chainId: localChainId, transcoder: first.address, block: await block() }
  expect(await readDelegatorCount(local.chain as PublicClient, count)).toBe(1)
  await local.mine(200)
  const proxy = await startProxy(local.rpcUrl)
  proxy.refuse(({ method, params: [filter] }) => {
    if (method !== 'eth_getLogs') return undefined
    const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex }
    if (hexToBigInt(toBlock) - hexToBigInt(fromBlock) < 20n) return undefined
    return { error: { code: -32600, message: 'block range is too wide' } }
  })
  const limited = createPublicClient({ chain: local.chain.chain, transport: http(proxy.url) }) as PublicClient
  // The page does not send hundreds of requests for this number.
  expect(await readDelegatorCount(limited, { ...count, block: await block() })).toBeUndefined()
  await proxy.stop()
})

type User = ReturnType<typeof local.user>
