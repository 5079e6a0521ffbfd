import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import {
  type Abi,
  type AbiFunction,
  createPublicClient,
  createTestClient,
  type Hex,
  hexToBigInt,
  http,
  type PublicClient,
  parseEther,
  toFunctionSelector,
  zeroAddress,
} from 'viem'
import { getAbiItem } from 'viem/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RpcCall, startProxy } from '../../relay/testbeds/proxy'
import { callOf } from './Intent'
import { isWithdrawable } from './Position'
import { isWithheld, recordNotesOf } from './RecordNote'
import { readRecentWork } from './readRecentWork'
import { readStaking } from './readStaking'
import * as Slashing from './Slashing'
import type { Transcoder } from './Transcoder'

const { bondingManager, claimsManager, jobsManager } = contractsOn(localChainId)
let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

/** The numbers that the page shows to user 3. */
async function shown(waitingCount = 25) {
  const block = await local.chain.getBlockNumber({ cacheTime: 0 })
  const clock = { block, timeMs: 0, blockTimeMs: 1_000 }
  const account = local.user(3).address
  const staking = await readStaking(local.chain as PublicClient, {
    chainId: localChainId,
    account,
    clock,
    waitingCount,
  })
  return { ...staking, position: staking.position as NonNullable<typeof staking.position> }
}

/** Mines until the next round, and initializes it. */
async function nextRound() {
  const { round } = await shown()
  await local.mine(Number(round.endBlock + 1n - round.clock.block))
  await local.mined(local.user(0).roundsManager.write.initializeRound())
}

/** Impersonates a contract, and gives the contract ether for the network fee. */
async function as(address: `0x${string}`, send: () => Promise<`0x${string}`>) {
  const client = createTestClient({ mode: 'anvil', chain: local.chain.chain, transport: http(local.rpcUrl) })
  await client.setBalance({ address, value: parseEther('10') })
  await client.impersonateAccount({ address })
  await local.mined(send())
  await client.stopImpersonatingAccount({ address })
}

/** In the name of the JobsManager, credits the fees of a paid claim. `work` is a number of units. */
const payFees = (amount: bigint, transcoder: `0x${string}`, work = 0n) =>
  as(jobsManager.address, () =>
    local.user(0).bondingManager.write.creditFees([transcoder, amount, work], { account: jobsManager.address }),
  )

/**
 * In the name of the ClaimsManager, slashes for wrong work in a claim that was sent in the present block. `share` and `ownPart` are parts
 * per million.
 */
async function slash(transcoder: `0x${string}`, share: bigint, ownPart: bigint) {
  const block = await local.chain.getBlockNumber({ cacheTime: 0 })
  const args = [transcoder, share, ownPart, block, zeroAddress] as const
  await as(claimsManager.address, () =>
    local.user(0).bondingManager.write.slash(args, { account: claimsManager.address }),
  )
}

/** The numbers that the page shows to user 3 if the RPC refuses some calls. */
async function readRefused(refuse: (call: RpcCall) => boolean, waitingCount = 25) {
  const proxy = await startProxy(local.rpcUrl)
  proxy.refuse((call) =>
    refuse(call) ? { error: { code: -32601, message: 'the method is not available' } } : undefined,
  )
  const client = createPublicClient({ chain: local.chain.chain, transport: http(proxy.url) }) as PublicClient
  const clock = { block: await local.chain.getBlockNumber({ cacheTime: 0 }), timeMs: 0, blockTimeMs: 1_000 }
  const account = local.user(3).address
  const staking = await readStaking(client, { chainId: localChainId, account, clock, waitingCount })
  await proxy.stop()
  return staking
}
const selectorOf = (abi: Abi, name: string) => toFunctionSelector(getAbiItem({ abi, name }) as AbiFunction).slice(2)
const calls = (selector: string) => (call: RpcCall) =>
  call.method === 'eth_call' && JSON.stringify(call.params).includes(selector)

describe('readStaking', () => {
  it('shows the transcoders and their stakes before any round was initialized', async () => {
    for (const [index, stake] of [parseEther('100'), parseEther('50')].entries()) {
      const user = local.user(index + 1)
      await local.mined(local.user(0).livepeerToken.write.transfer([user.address, stake]))
      await local.mined(user.livepeerToken.write.approve([bondingManager.address, stake]))
      await local.mined(user.bondingManager.write.bond([stake, user.address]))
      await local.mined(user.bondingManager.write.transcoder([100n, 100_000n, 500_000n]))
    }
    const { transcoders, position, terms, round } = await shown()
    expect(round).toMatchObject({ number: 0n, startBlock: round.endBlock - 30n, initializedRounds: 0n })
    expect(terms).toEqual({
      ...{
        unbondingPeriod: 150n,
        missedRewardSlash: 30_000n,
        missedRewardRounds: 3n,
        lowWorkSlash: 0n,
        failedVerificationSlash: 50_000n,
      },
      ...{ missedVerificationSlash: 100_000n, equivocationSlash: 200_000n, competitivenessTolerance: 900_000n },
      ...{ minExpectedWork: 24_000_000_000n, maxRoundSlash: 300_000n, minSelfStake: parseEther('1'), poolSize: 144n },
    })
    expect(transcoders.map(({ stake, standing, hasRewarded }) => ({ stake, standing, hasRewarded }))).toEqual([
      { stake: parseEther('100'), standing: 'active', hasRewarded: undefined },
      { stake: parseEther('50'), standing: 'active', hasRewarded: undefined },
    ])
    expect(position).toMatchObject({ delegate: undefined, stake: 0n, feesWei: 0n, locks: [], exposed: undefined })
  })

  it('shows which transcoder called `reward` and which did not, and shows the exact fees that the wallet receives from a withdrawal', async () => {
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

  it('shows locks, and stake that can still be slashed for work of the former transcoder', async () => {
    const [, first, second, me] = [0, 1, 2, 3].map(local.user) as [User, User, User, User]
    const moved = await local.mined(me.bondingManager.write.bond([0n, second.address]))
    await local.mined(me.bondingManager.write.unbond([parseEther('10')]))
    const unstaked = await local.mined(me.bondingManager.write.unbond([parseEther('20')]))
    await local.mined(me.bondingManager.write.rebond([0n, second.address]))
    const { position, round } = await shown()
    expect(position.exposed).toMatchObject({ to: first.address, untilBlock: moved.blockNumber + 150n })
    expect(position.locks).toEqual([
      { id: 1n, amount: parseEther('20'), withdrawBlock: unstaked.blockNumber + 150n, delegate: second.address },
    ])
    const [lock] = position.locks as [(typeof position.locks)[0]]
    expect(isWithdrawable(lock, round)).toBe(false)
    await local.mine(150)
    expect(isWithdrawable(lock, (await shown()).round)).toBe(true)
    const call = callOf({ kind: 'withdrawStake', lock }, contractsOn(localChainId))
    await local.chain.simulateContract({ ...call, account: me.address })
  })
  it('shows whether a transcoder works enough for its stake, and how much stake was slashed', async () => {
    const [, first, second] = [0, 1, 2].map(local.user) as [User, User, User]
    const { terms, transcoders: before } = await shown()
    const passed = { verdicts: 0, failures: 0, invalid: 0, unavailable: 0 }
    expect(before.map(({ work, slashed, checks }) => ({ work, slashed, checks }))).toEqual(
      [0, 1].map(() => ({ work: { done: 0n, expected: 0n }, slashed: Slashing.none, checks: passed })),
    )
    // The first transcoder does all the work: a little in the first span of four rounds, and much more in the second span.
    await nextRound()
    await payFees(1n, first.address, terms.minExpectedWork)
    await local.mine(120)
    await nextRound()
    await payFees(1n, first.address, 100n * terms.minExpectedWork)
    const { transcoders } = await shown()
    const of = ({ address }: User) => transcoders.find((one) => one.address === address) as Transcoder
    const workOf = (user: User) => of(user).work as NonNullable<Transcoder['work']>
    expect(workOf(first).done).toBeGreaterThan(workOf(first).expected)
    expect(workOf(second).done).toBe(0n)
    expect([first, second].map((user) => isWithheld(of(user), terms))).toEqual([false, true])

    const { stake } = of(second)
    const { stake: own } = await local.user(0).bondingManager.read.getDelegator([second.address])
    const { stake: delegated } = (await shown()).position
    const ownPart = (own * 1_000_000n) / stake
    await slash(second.address, 10_000n, ownPart)
    const { transcoders: after, position } = await shown()
    const slashed = after.find(({ address }) => address === second.address) as Transcoder
    // The slash takes only the transcoder's own stake, so the stake of the delegator does not change. The contract rounds the values of
    // the shares.
    const loss = stake - slashed.stake
    expect(Number(loss - (own * 10_000n) / ownPart)).toBeCloseTo(0, -3)
    expect(Number(position.stake - delegated)).toBeCloseTo(0, -3)
    // No event of the ClaimsManager gives a cause in a claim.
    expect(slashed.slashed).toEqual({ ...Slashing.none, duty: loss })
  })

  it('shows the same numbers if the RPC gives the events of at most 20 blocks for each request', async () => {
    const proxy = await startProxy(local.rpcUrl)
    let refusals = 0
    proxy.refuse(({ method, params: [filter] }) => {
      if (method !== 'eth_getLogs') return undefined
      const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex }
      if (hexToBigInt(toBlock) - hexToBigInt(fromBlock) < 20n) return undefined
      refusals++
      return { error: { code: -32600, message: 'block range is too wide' } }
    })
    const limited = createPublicClient({ chain: local.chain.chain, transport: http(proxy.url) })
    const block = await local.chain.getBlockNumber({ cacheTime: 0 })
    const read = (client: PublicClient) => {
      const clock = { block, timeMs: 0, blockTimeMs: 1_000 }
      return readStaking(client, { chainId: localChainId, account: local.user(3).address, clock, waitingCount: 25 })
    }
    expect(await read(limited as PublicClient)).toEqual(await read(local.chain as PublicClient))
    const work = { chainId: localChainId, transcoder: local.user(1).address, fromBlock: 0n, toBlock: block }
    expect(await readRecentWork(limited as PublicClient, work)).toEqual({ jobs: 0, segments: 0n, feesWei: 0n })
    expect(refusals).toBeGreaterThan(0)
    await proxy.stop()
  })

  describe('if the RPC refuses some of the requests', () => {
    it('shows everything except slashes and calls of `reward` if the RPC gives no events', async () => {
      const whole = await readRefused(() => false)
      const { transcoders, ...rest } = await readRefused(({ method }) => method === 'eth_getLogs')
      expect({ transcoders, ...rest }).toEqual({
        ...whole,
        transcoders: whole.transcoders.map((one) => ({ ...one, slashed: undefined, hasRewarded: undefined })),
      })
      expect(recordNotesOf(transcoders[0] as Transcoder, rest).map(({ text }) => text)).toContain(
        'A part of its record cannot be read now',
      )
    })

    it.each([
      { part: 'missedRewards', abi: bondingManager.abi, name: 'missedRewards' },
      { part: 'checks', abi: claimsManager.abi, name: 'verificationsOf' },
      { part: 'work', abi: bondingManager.abi, name: 'competitiveness' },
    ])('shows everything except `$part` of each record if the RPC refuses `$name`', async ({ part, abi, name }) => {
      const whole = await readRefused(() => false)
      const { transcoders, ...rest } = await readRefused(calls(selectorOf(abi as Abi, name)))
      expect({ transcoders, ...rest }).toEqual({
        ...whole,
        transcoders: whole.transcoders.map((one) => ({ ...one, [part]: undefined })),
      })
    })

    it('shows everything except the waitlist, and says so, if the RPC refuses `waitlist`', async () => {
      const whole = await readRefused(() => false)
      expect(whole.unreadable).toEqual({ isWaitlistCut: false, others: 0 })
      const staking = await readRefused(calls(selectorOf(bondingManager.abi as Abi, 'waitlist')))
      expect(staking).toEqual({ ...whole, unreadable: { isWaitlistCut: true, others: 0 } })
    })

    it('shows everything except the position if the RPC refuses calls of `earnings`', async () => {
      const whole = await readRefused(() => false)
      const staking = await readRefused(calls(selectorOf(jobsManager.abi as Abi, 'earnings')))
      expect(staking).toEqual({ ...whole, position: undefined, isPositionUnreadable: true })
    })
  })

  it('shows the guest of the round and the delegator’s transcoder, even if the page has not yet read the part of the waitlist that contains them', async () => {
    const { read } = local.user(0).bondingManager
    const owner = await read.owner()
    const values = { ...(await read.parameters()), poolSize: 1n }
    await as(owner, () => local.user(0).bondingManager.write.setParameters([values], { account: owner }))
    await nextRound()
    await local.mined(local.user(0).bondingManager.write.evictLowest())
    await nextRound()
    const [listed, { transcoders, hasMoreWaiting }] = await Promise.all([shown(), shown(0)])
    expect([listed.hasMoreWaiting, hasMoreWaiting]).toEqual([false, true])
    expect(transcoders.map(({ standing }) => standing)).toEqual(['active', 'guest'])
    expect(transcoders).toEqual(listed.transcoders)

    // The guest is in no list that the page reads, so if `getTranscoder` is refused, only the guest is missing.
    const selector = selectorOf(bondingManager.abi as Abi, 'getTranscoder')
    const { transcoders: rest, unreadable } = await readRefused(calls(selector), 0)
    expect(rest).toEqual(listed.transcoders.filter(({ standing }) => standing === 'active'))
    expect(unreadable).toEqual({ isWaitlistCut: false, others: 1 })
  })
})

type User = ReturnType<typeof local.user>
