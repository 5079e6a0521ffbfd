import { contractsOn } from '@lp/contracts/deployments'
import { startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/script/localChain.testbed'
import { createTestClient, http, type PublicClient, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callOf } from './Intent'
import { isWithdrawable } from './Position'
import { readStaking } from './readStaking'

const { bondingManager, jobsManager } = contractsOn(localChainId)
let anvil: Awaited<ReturnType<typeof startAnvil>>
let local: ReturnType<typeof connect>
beforeAll(async () => {
  anvil = await startAnvil()
  await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
  local = connect(anvil.rpcUrl)
})
afterAll(() => anvil.stop())

/** What the page would show user 3. */
async function shown() {
  const block = await local.chain.getBlockNumber({ cacheTime: 0 })
  const clock = { block, timeMs: 0, blockTimeMs: 1_000 }
  const account = local.user(3).address
  const staking = await readStaking(local.chain as PublicClient, { chainId: localChainId, account, clock })
  return { ...staking, position: staking.position as NonNullable<typeof staking.position> }
}

/** To the beginning of the next round, and begins it. */
async function nextRound() {
  const { round } = await shown()
  await local.mine(Number(round.startBlock + round.length + 1n - round.clock.block))
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}

/** As the JobsManager does when a stream was paid, which has the ether then. */
async function payFees(amount: bigint, transcoder: `0x${string}`) {
  const client = createTestClient({ mode: 'anvil', chain: local.chain.chain, transport: http(anvil.rpcUrl) })
  const { address } = jobsManager
  await client.setBalance({ address, value: parseEther('10') })
  await client.impersonateAccount({ address })
  const wallet = local.user(0).bondingManager
  await local.mined(wallet.write.creditFees([transcoder, amount, 0n], { account: address }))
  await client.stopImpersonatingAccount({ address })
}

describe('readStaking', () => {
  it('shows transcoders with their terms, before anybody has begun a round', async () => {
    for (const [index, stake] of [parseEther('100'), parseEther('50')].entries()) {
      const user = local.user(index + 1)
      await local.mined(local.user(0).livepeerToken.write.transfer([user.address, stake]))
      await local.mined(user.livepeerToken.write.approve([bondingManager.address, stake]))
      await local.mined(user.bondingManager.write.bond([stake, user.address]))
      await local.mined(user.bondingManager.write.transcoder([100n, 100_000n, 500_000n]))
    }
    const { transcoders, position, terms, round } = await shown()
    expect(round).toMatchObject({ number: 0n, length: 30n, count: 0n })
    expect(terms).toMatchObject({ unbondingPeriod: 5n, missedRewardRounds: 3n, failedVerificationSlash: 50_000n })
    expect(transcoders.map(({ stake, standing, hasRewarded }) => ({ stake, standing, hasRewarded }))).toEqual([
      { stake: parseEther('100'), standing: 'active', hasRewarded: undefined },
      { stake: parseEther('50'), standing: 'active', hasRewarded: undefined },
    ])
    expect(position).toMatchObject({ delegate: undefined, stake: 0n, feesWei: 0n, locks: [], exposed: undefined })
  })

  it('shows a reward, who has missed his, and fees, which reach the wallet to the wei', async () => {
    const [deployer, first, , me] = [0, 1, 2, 3].map(local.user) as [User, User, User, User]
    await local.mined(deployer.livepeerToken.write.transfer([me.address, parseEther('100')]))
    await local.mined(me.livepeerToken.write.approve([bondingManager.address, parseEther('100')]))
    await local.mined(me.bondingManager.write.bond([parseEther('100'), first.address]))
    await nextRound()
    await local.mined(first.bondingManager.write.reward())
    await payFees(1_000n, first.address)
    const { transcoders, position } = await shown()
    expect(transcoders.map(({ hasRewarded }) => hasRewarded)).toEqual([true, false])
    expect(position.stake).toBeGreaterThan(parseEther('100'))
    expect(position.delegate).toBe(first.address)

    await nextRound()
    const later = await shown()
    expect(later.transcoders.map(({ missedRewards }) => missedRewards)).toEqual([0, 1])
    expect(later.position.feesWei).toBeGreaterThan(200n)
    expect(later.position.feesWei).toBe(await me.jobsManager.read.earnings([me.address]))
    const before = await local.chain.getBalance({ address: me.address })
    const receipt = await local.mined(me.jobsManager.write.withdrawFees())
    const gas = receipt.gasUsed * receipt.effectiveGasPrice
    expect((await local.chain.getBalance({ address: me.address })) - before + gas).toBe(later.position.feesWei)
    expect((await shown()).position.feesWei).toBe(0n)
  })

  it('shows what is on its way out, and what still answers for the one that it left', async () => {
    const [, first, second, me] = [0, 1, 2, 3].map(local.user) as [User, User, User, User]
    await local.mined(me.bondingManager.write.bond([0n, second.address]))
    await local.mined(me.bondingManager.write.unbond([parseEther('10')]))
    await local.mined(me.bondingManager.write.unbond([parseEther('20')]))
    await local.mined(me.bondingManager.write.rebond([0n, second.address]))
    const { position, round } = await shown()
    expect(position.exposed).toMatchObject({ to: first.address, untilRound: round.number + 5n })
    expect(position.locks).toEqual([
      { id: 1n, amount: parseEther('20'), withdrawRound: round.number + 5n, delegate: second.address },
    ])
    const [lock] = position.locks as [(typeof position.locks)[0]]
    expect(isWithdrawable(lock, round)).toBe(false)
    await local.mine(150)
    expect(isWithdrawable(lock, (await shown()).round)).toBe(true)
    const call = callOf({ kind: 'withdrawStake', lock }, contractsOn(localChainId))
    await local.chain.simulateContract({ ...call, account: me.address })
  })
})

type User = ReturnType<typeof local.user>
