import {
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  maxUint256,
  parseEther,
  zeroHash,
} from 'viem'
import { expect } from 'vitest'
import { contractsOn } from '../deployments'
import { startAnvil } from '../script/anvil'
import { deploy, localChainId, localKey } from '../script/deploy'
import { presets } from '../script/presets'
import { BondingModel } from './BondingModel'
import * as Q from './Fraction'
import { connect } from './localChain'

const { bondingManager, claimsManager, jobsManager } = contractsOn(localChainId)
const preset = presets.local
const transcoders = [1, 2, 3]
const people = [...transcoders, 4, 5, 6, 7]

/** Numbers that look like any, and are the same each time. */
function* dice(): Generator<number, never> {
  for (let seed = 0x4c50; ; ) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    yield seed / 2 ** 32
  }
}

/**
 * Plays a history of `operations` on the contracts and on the model, and compares every account after each: nobody has more
 * than the model gives him but for what others lost to rounding, nor more than a unit an operation less.
 */
export async function play({
  operations,
}: {
  operations: number
}): Promise<{ done: Map<string, number>; dust: bigint }> {
  const anvil = await startAnvil()
  try {
    await deploy({ rpcUrl: anvil.rpcUrl, deployerKey: localKey(0), preset: 'local' })
    return await history({ rpcUrl: anvil.rpcUrl, operations })
  } finally {
    await anvil.stop()
  }
}

async function history({ rpcUrl, operations }: { rpcUrl: string; operations: number }) {
  const local = connect(rpcUrl)
  const test = createTestClient({ mode: 'anvil', transport: http(rpcUrl) })
  const rolls = dice()
  const roll = (below: number) => Math.floor(rolls.next().value * below)
  const users = new Map(people.map((index) => [index, local.user(index)]))
  const user = (index: number) => users.get(index) as ReturnType<typeof local.user>
  const read = user(4)
  const [change, max, participation] = [preset.inflationChange, preset.maxInflation, preset.participationRate]
  const model = new BondingModel(Q.from(preset.initialAllocation), preset.inflation, preset.unbondingPeriod, {
    ...{ change, max, participation },
  })
  const locks = new Map<Address, bigint[]>(people.map((index) => [user(index).address, []]))
  const done = new Map<string, number>()
  let count = 0n

  /** As the ClaimsManager, which slashes and pays. */
  const judge = async (to: Address, data: Hex) => {
    const hash = await local.chain.request({
      method: 'eth_sendTransaction' as never,
      params: [{ from: claimsManager.address, to, data, gas: '0x2dc6c0' }] as never,
    })
    await local.mined(Promise.resolve(hash as Hex))
  }
  const claims = { address: claimsManager.address, value: parseEther('1000') }
  await test.impersonateAccount(claims)
  await test.setBalance(claims)
  await test.setBalance({ address: jobsManager.address, value: parseEther('1000000') })

  const blocksLeft = async () => {
    const { roundsManager } = read
    const start = await roundsManager.read.currentRoundStartBlock()
    return Number(start + preset.roundLength - (await local.chain.getBlockNumber({ cacheTime: 0 })))
  }
  const rewarded = new Set<Address>()
  const nextRound = async () => {
    rewarded.clear()
    await local.mine(await blocksLeft())
    await local.mined(read.roundsManager.write.initializeRound())
    const round = await read.roundsManager.read.currentRound()
    model.openRound(
      round,
      transcoders.map((index) => user(index).address),
    )
  }

  for (const index of people) {
    const { address, livepeerToken, bondingManager: bonding } = user(index)
    const owner = local.user(0)
    await local.mined(owner.livepeerToken.write.transfer([address, parseEther('1000000')]))
    await local.mined(livepeerToken.write.approve([bondingManager.address, maxUint256]))
    if (!transcoders.includes(index)) continue
    const rates = { cut: BigInt(roll(500_000)), share: BigInt(roll(1_000_000)) }
    await local.mined(bonding.write.bond([parseEther('1000'), address]))
    await local.mined(bonding.write.transcoder([1n, rates.cut, rates.share]))
    model.bond(address, address, parseEther('1000'))
    model.rates.set(address, { present: rates, next: rates })
  }
  await nextRound()

  const anybody = () => user(people[roll(people.length)] as number)
  const delegator = () => user(people[transcoders.length + roll(people.length - transcoders.length)] as number)
  const transcoder = () => user(transcoders[roll(transcoders.length)] as number)

  const actions: Record<string, () => Promise<unknown>> = {
    async bond() {
      const who = delegator()
      const has = model.of(who.address)
      const to = model.isExposed(who.address) && has.delegate ? has.delegate : transcoder().address
      if (model.isExposed(who.address) && has.delegate !== to) return false
      const amount = BigInt(roll(2 ** 30)) * BigInt(roll(2 ** 30)) + 1n
      await local.mined(who.bondingManager.write.bond([amount, to]))
      model.bond(who.address, to, amount)
    },
    async unbond() {
      const who = delegator()
      const { stake } = await read.bondingManager.read.getDelegator([who.address])
      const amount = (stake * BigInt(1 + roll(900))) / 1_000n
      if (amount === 0n) return false
      const id = await read.bondingManager.read.unbondingLockCount([who.address])
      await local.mined(who.bondingManager.write.unbond([amount]))
      model.unbond(who.address, id, amount)
      locks.get(who.address)?.push(id)
    },
    async rebond() {
      const who = delegator()
      const { delegate } = model.of(who.address)
      const held = locks.get(who.address) as bigint[]
      const id = held.find((lock) => model.locks.get(who.address)?.get(lock)?.delegate === delegate)
      if (id === undefined || delegate === undefined) return false
      await local.mined(who.bondingManager.write.rebond([id, delegate]))
      model.rebond(who.address, id)
      locks.set(
        who.address,
        held.filter((lock) => lock !== id),
      )
    },
    async withdraw() {
      const who = delegator()
      const held = locks.get(who.address) as bigint[]
      const id = held.find((lock) => (model.locks.get(who.address)?.get(lock)?.end ?? maxUint256) <= model.round)
      if (id === undefined) return false
      await local.mined(who.bondingManager.write.withdrawStake([id]))
      model.withdraw(who.address, id)
      locks.set(
        who.address,
        held.filter((lock) => lock !== id),
      )
    },
    async claim() {
      await local.mined(anybody().bondingManager.write.updateDelegatorStake([delegator().address]))
    },
    async reward() {
      const who = transcoder()
      if (rewarded.has(who.address)) return false
      rewarded.add(who.address)
      await local.mined(who.bondingManager.write.reward())
      model.reward(who.address)
    },
    async slash() {
      const [{ address }, share] = [transcoder(), BigInt(roll(30_000))]
      await judge(
        bondingManager.address,
        encodeFunctionData({ abi: bondingManager.abi, functionName: 'slash', args: [address, share] }),
      )
      model.slash(address, share)
      // What moved stake owes is taken when it is next looked at.
      for (const index of people)
        await local.mined(read.bondingManager.write.updateDelegatorStake([user(index).address]))
    },
    async fees() {
      const [{ address }, amount] = [transcoder(), BigInt(roll(2 ** 30)) * BigInt(roll(2 ** 28))]
      await judge(
        jobsManager.address,
        encodeFunctionData({ abi: jobsManager.abi, functionName: 'earn', args: [zeroHash, address, amount, 0n] }),
      )
      model.fees(address, amount)
    },
    round: nextRound,
  }
  const names = Object.keys(actions)
  while (count < operations) {
    // A slash, and all that follows it, takes a block a transaction.
    if ((await blocksLeft()) < 12) await nextRound()
    const name = names[roll(names.length)] as string
    if ((await actions[name]?.()) === false) continue
    done.set(name, (done.get(name) ?? 0) + 1)
    count += 1n
    await compare(name)
  }
  return { done, dust: await compare('end') }

  async function compare(name: string): Promise<bigint> {
    let dust = Q.zero
    const near = (what: string, ours: bigint, exact: Q.Fraction) => {
      const missing = Q.floor(exact) - ours
      const told = `${what} after ${count} operations, the last ${name}`
      expect(missing <= count && missing >= -count, `${told}: ${missing} less`).toBe(true)
      dust = Q.add(dust, Q.subtract(exact, Q.from(ours)))
    }
    for (const index of people) {
      const { address } = user(index)
      const [{ stake }, fees] = await Promise.all([
        read.bondingManager.read.getDelegator([address]),
        read.jobsManager.read.earnings([address]),
      ])
      near(`stake of ${index}`, stake, model.stakeOf(address))
      near(`fees of ${index}`, fees, model.of(address).fees)
      for (const id of locks.get(address) as bigint[]) {
        const { amount } = await read.bondingManager.read.getUnbondingLock([address, id])
        near(`lock ${id} of ${index}`, amount, model.lockOf(address, id))
      }
    }
    // Rounding is for the pool, never for all of them together.
    expect(dust.n >= 0n, `more for all together after ${count} operations, the last ${name}`).toBe(true)
    return Q.floor(dust)
  }
}
