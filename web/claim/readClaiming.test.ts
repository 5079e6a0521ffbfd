import { contractsOn } from '@lp/contracts/deployments'
import { AllocationTree } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { localFolder, readClaims, readGenesis } from '@lp/contracts/script/Genesis'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { isAddressEqual, type PublicClient, parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isClosed } from './Claiming'
import { callOf, nextOf, spendingOf } from './Intent'
import { readClaiming, readRoot } from './readClaiming'

const contracts = contractsOn(localChainId)
const list = readClaims(localFolder)
let local: LocalChain
let client: PublicClient
beforeAll(async () => {
  local = await startLocalChain()
  client = local.chain as PublicClient
})
afterAll(() => local.stop())

const anna = () => local.user(4)
const index = () => list.findIndex(({ account }) => isAddressEqual(account, anna().address))
const allocation = () => {
  const tree = AllocationTree.build(list)
  return {
    ...(list[index()] as AllocationTree.Allocation),
    index: index(),
    siblings: AllocationTree.prove(tree, index()),
  }
}

async function read() {
  const clock = { block: await client.getBlockNumber({ cacheTime: 0 }), timeMs: 0, blockTimeMs: 1_000 }
  return readClaiming(client, { chainId: localChainId, account: anna().address, index: index(), clock })
}

const send = (by: number, call: ReturnType<typeof callOf>) => {
  const { wallet } = local.user(by)
  return local.mined(wallet.writeContract(call as never))
}

test('the page reads the root, an allocation before and after its claim, and the stake that follows', async () => {
  const { root, count } = readGenesis(localFolder).claim
  expect(await readRoot(client)).toEqual({ root, count })
  const before = await read()
  expect(before).toMatchObject({ isClaimed: false, unclaimed: parseEther('10000'), transcoders: [] })
  expect(before.position).toEqual({ account: anna().address, delegate: undefined, balance: 0n })
  expect(before.closingTime - before.timeSeconds).toBeGreaterThan(364n * 86_400n)
  expect(isClosed(before)).toBe(false)

  const [deployer, operator] = [local.user(0), local.user(1)]
  await local.mined(deployer.livepeerToken.write.transfer([operator.address, parseEther('10')]))
  await local.mined(operator.livepeerToken.write.approve([contracts.bondingManager.address, parseEther('10')]))
  await local.mined(operator.bondingManager.write.bond([parseEther('10'), operator.address]))
  await local.mined(operator.bondingManager.write.transcoder([1n, 100_000n, 250_000n]))

  // Another account claims, and only the account of the allocation gets the LPT.
  const claim = { kind: 'claim', allocation: allocation(), to: operator.address } as const
  await send(2, callOf(claim, contracts))
  const paid = await read()
  expect(paid).toMatchObject({ isClaimed: true, unclaimed: parseEther('7500') })
  expect(paid.position?.balance).toBe(parseEther('2500'))
  expect(paid.transcoders).toEqual([
    { address: operator.address, stake: parseEther('10'), blockRewardCut: 100_000n, feeShare: 250_000n },
  ])

  const stake = nextOf(claim)
  expect(stake).toEqual({ kind: 'stake', amount: parseEther('2500'), to: operator.address })
  if (!stake) return
  expect(spendingOf(claim, contracts)).toBeUndefined()
  expect(spendingOf(stake, contracts)).toMatchObject({ spender: contracts.bondingManager.address })
  await local.mined(anna().livepeerToken.write.approve([contracts.bondingManager.address, parseEther('2500')]))
  await send(4, callOf(stake, contracts))
  expect((await read()).position).toEqual({ account: anna().address, delegate: operator.address, balance: 0n })
})

test('after the closing time, the page reads that the list is closed, and what is left to return', async () => {
  await local.test.increaseTime({ seconds: 366 * 86_400 })
  await local.test.mine({ blocks: 1 })
  const closed = await read()
  expect([isClosed(closed), closed.unclaimed]).toEqual([true, parseEther('7500')])
  await send(2, callOf({ kind: 'returnUnclaimed' }, contracts))
  expect((await read()).unclaimed).toBe(0n)
  expect(await local.user(0).bondingManager.read.commonPool()).toBe(parseEther('7500'))
})
