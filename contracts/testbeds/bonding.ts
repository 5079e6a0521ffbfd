import {
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  maxUint256,
  parseEther,
  zeroAddress,
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
const accounts = [...transcoders, 4, 5, 6, 7]

/** Pseudo-random numbers from 0 to 1. Every run gets the same numbers. */
function* randomNumbers(): Generator<number, never> {
  for (let seed = 0x4c50; ; ) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    yield seed / 2 ** 32
  }
}

/**
 * Performs `operations` random operations on the contracts and on the model, and compares every account after each
 * operation. Expects that the stake and the fees of an account differ from the model by at most one unit for each operation
 * (later rewards multiply this difference), and that the BondingManager always holds at least the LPT that all accounts together
 * can take. Resolves to the number of times that each operation was done (`done`), and to the units that rounding lost (`dust`).
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
  const numbers = randomNumbers()
  const random = (below: number) => Math.floor(numbers.next().value * below)
  const users = new Map(accounts.map((index) => [index, local.user(index)]))
  const user = (index: number) => users.get(index) as ReturnType<typeof local.user>
  const read = user(4)
  const [change, max, participation] = [preset.inflationChange, preset.maxInflation, preset.participationRate]
  const model = new BondingModel(Q.from(preset.initialAllocation), preset.inflation, preset.unbondingPeriod, {
    ...{ change, max, participation },
  })
  const locks = new Map<Address, bigint[]>(accounts.map((index) => [user(index).address, []]))
  const done = new Map<string, number>()
  let count = 0n

  /** Sends a transaction as the ClaimsManager, because only the ClaimsManager can slash and credit fees. */
  const sendAsClaimsManager = async (to: Address, data: Hex) => {
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

  const head = () => local.chain.getBlockNumber({ cacheTime: 0 })
  const blocksLeft = async () => {
    const { roundsManager } = read
    const start = await roundsManager.read.currentRoundStartBlock()
    return Number(start + preset.roundLength - (await head()))
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

  for (const index of accounts) {
    const { address, livepeerToken } = user(index)
    const owner = local.user(0)
    await local.mined(owner.livepeerToken.write.transfer([address, parseEther('1000000')]))
    await local.mined(livepeerToken.write.approve([bondingManager.address, maxUint256]))
    if (!transcoders.includes(index)) continue
    const rates = { cut: BigInt(random(500_000)), share: BigInt(random(1_000_000)) }
    model.rates.set(address, { present: rates, next: rates })
    await register(index)
  }
  await nextRound()

  /** The account bonds 1,000 LPT to itself, and becomes a transcoder with the rates that the model has for it. */
  async function register(index: number) {
    const { address, bondingManager: bonding } = user(index)
    const { next } = model.rates.get(address) as { next: { cut: bigint; share: bigint } }
    await local.mined(bonding.write.bond([parseEther('1000'), address]))
    model.bond(address, address, { amount: parseEther('1000'), block: await head() })
    await local.mined(bonding.write.transcoder([1n, next.cut, next.share]))
  }

  /** Whether the stake of a lock was bonded to the present delegate, and its exposed part can join the exposed stake of the account. */
  const isRebondable = (account: Address, id: bigint) => {
    const lock = model.locks.get(account)?.get(id)
    const present = model.delegatorOf(account)
    if (!lock || lock.delegate !== present.delegate) return false
    return Q.isZero(present.exposed) || Q.isZero(lock.exposed) || lock.exposedLeft === present.exposedLeft
  }

  const randomAccount = () => user(accounts[random(accounts.length)] as number)
  const randomDelegator = () =>
    user(accounts[transcoders.length + random(accounts.length - transcoders.length)] as number)
  const randomTranscoder = () => user(transcoders[random(transcoders.length)] as number)

  const actions: Record<string, () => Promise<unknown>> = {
    async bond() {
      const account = randomDelegator()
      const { delegate } = model.delegatorOf(account.address)
      const isExposed = model.isExposed(account.address, (await head()) + 1n)
      const to = isExposed && delegate ? delegate : randomTranscoder().address
      // The contract refuses this move, because the moved stake would get two rewards in one round.
      if (delegate && rewarded.has(delegate) && !rewarded.has(to)) return false
      const amount = BigInt(random(2 ** 30)) * BigInt(random(2 ** 30)) + 1n
      await local.mined(account.bondingManager.write.bond([amount, to]))
      model.bond(account.address, to, { amount, block: await head() })
    },
    async unbond() {
      const account = randomDelegator()
      const { stake } = await read.bondingManager.read.getDelegator([account.address])
      const amount = (stake * BigInt(1 + random(900))) / 1_000n
      if (amount === 0n) return false
      const id = await read.bondingManager.read.unbondingLockCount([account.address])
      await local.mined(account.bondingManager.write.unbond([amount]))
      model.unbond(account.address, id, { amount, block: await head() })
      locks.get(account.address)?.push(id)
    },
    async rebond() {
      const account = randomDelegator()
      const { delegate } = model.delegatorOf(account.address)
      const held = locks.get(account.address) as bigint[]
      const id = held.find((lock) => isRebondable(account.address, lock))
      if (id === undefined || delegate === undefined) return false
      await local.mined(account.bondingManager.write.rebond([id, delegate]))
      model.rebond(account.address, id, await head())
      locks.set(
        account.address,
        held.filter((lock) => lock !== id),
      )
    },
    async withdraw() {
      const account = randomDelegator()
      const held = locks.get(account.address) as bigint[]
      const block = (await head()) + 1n
      const id = held.find(
        (lock) => (model.locks.get(account.address)?.get(lock)?.withdrawBlock ?? maxUint256) <= block,
      )
      if (id === undefined) return false
      await local.mined(account.bondingManager.write.withdrawStake([id]))
      model.withdraw(account.address, id)
      locks.set(
        account.address,
        held.filter((lock) => lock !== id),
      )
    },
    async claim() {
      await local.mined(randomAccount().bondingManager.write.updateDelegatorStake([randomDelegator().address]))
    },
    async reward() {
      const account = randomTranscoder()
      if (rewarded.has(account.address)) return false
      rewarded.add(account.address)
      await local.mined(account.bondingManager.write.reward())
      model.reward(account.address)
    },
    async slash() {
      const [{ address }, share, block] = [randomTranscoder(), BigInt(random(30_000)), await head()]
      // `ownPart` is the transcoder's own stake divided by all stake bonded to it, when the work was claimed. The test passes the present
      // value, and in about one of four slashes 1/41 of the present value. If `share` is above `ownPart`, delegators lose too.
      const ownPart = model.ownPart(address) / BigInt(random(4) === 0 ? 41 : 1)
      const since = block - BigInt(random(40))
      await sendAsClaimsManager(
        bondingManager.address,
        encodeFunctionData({
          ...{ abi: bondingManager.abi, functionName: 'slash', args: [address, share, ownPart, since, zeroAddress] },
        }),
      )
      model.slash(address, { share, ownPart, since, block: await head() })
      // If too little own stake is left, the contract makes the transcoder resign. Then the test registers it again.
      const { registered } = await read.bondingManager.read.getTranscoder([address])
      if (!registered) await register(transcoders.find((index) => user(index).address === address) as number)
      // For moved stake, the contract takes the slashed part at the next update of the account. So update all accounts now.
      for (const index of accounts)
        await local.mined(read.bondingManager.write.updateDelegatorStake([user(index).address]))
    },
    async fees() {
      const [{ address }, amount] = [randomTranscoder(), BigInt(random(2 ** 30)) * BigInt(random(2 ** 28))]
      await sendAsClaimsManager(
        jobsManager.address,
        encodeFunctionData({
          abi: jobsManager.abi,
          functionName: 'earn',
          args: [zeroHash, address, amount, 0n, false],
        }),
      )
      model.creditFees(address, amount)
    },
    round: nextRound,
  }
  const names = Object.keys(actions)
  while (count < operations) {
    // Each transaction mines a block. A slash needs up to 10 blocks: the slash, two transactions that register the transcoder again, and an
    // update of each of the 7 accounts. The rates are locked in the last 3 blocks of a round. So 13 blocks are needed; 17 leaves a margin.
    if ((await blocksLeft()) < 17) await nextRound()
    const name = names[random(names.length)] as string
    if ((await actions[name]?.()) === false) continue
    done.set(name, (done.get(name) ?? 0) + 1)
    count += 1n
    model.allowRounding()
    await compare(name)
  }
  return { done, dust: await compare('end') }

  async function compare(name: string): Promise<bigint> {
    const { address: manager } = bondingManager
    const [held, pool] = await Promise.all([
      read.livepeerToken.read.balanceOf([manager]),
      read.bondingManager.read.commonPool(),
    ])
    // The slashed part of a lock goes to the common pool only when the lock is withdrawn or rebonded. Until then, the contract
    // holds the whole amount with which the lock was created.
    let [unowned, unpaidFees] = [held - pool, Q.zero]
    const assertNear = (what: string, actual: bigint, exact: Q.Fraction, tolerance = count) => {
      const missing = Q.floor(exact) - actual
      const message = `${what} after ${count} operations, the last ${name}: ${missing} less than in the model`
      expect(missing <= tolerance && missing >= -tolerance, message).toBe(true)
    }
    for (const index of accounts) {
      const { address } = user(index)
      const [{ stake }, fees] = await Promise.all([
        read.bondingManager.read.getDelegator([address]),
        read.jobsManager.read.earnings([address]),
      ])
      const { fees: exactFees, tolerance } = model.delegatorOf(address)
      assertNear(`stake of ${index}`, stake, model.stakeOf(address), Q.floor(tolerance))
      assertNear(`fees of ${index}`, fees, exactFees)
      unowned -= stake
      unpaidFees = Q.add(unpaidFees, Q.subtract(exactFees, Q.from(fees)))
      for (const id of locks.get(address) as bigint[]) {
        const { amount } = await read.bondingManager.read.getUnbondingLock([address, id])
        assertNear(`lock ${id} of ${index}`, amount, model.lockOf(address, id), Q.floor(tolerance))
        unowned -= model.locks.get(address)?.get(id)?.amount ?? 0n
      }
    }
    // For LPT, rounding can only lose units. So the BondingManager always holds enough for all accounts.
    const message = `after ${count} operations, the last ${name}`
    expect(unowned >= 0n, `stakes, locks and common pool exceed the held LPT by ${-unowned} units ${message}`).toBe(
      true,
    )
    // During a round, the fees of all accounts together can be too high, by up to one unit for each operation: the transcoder gets the
    // remainder of a division immediately, and the delegators get their parts only after the round.
    expect(Q.floor(unpaidFees) >= -count, `all accounts together have more fees than in the model ${message}`).toBe(
      true,
    )
    return unowned + Q.floor(unpaidFees)
  }
}
