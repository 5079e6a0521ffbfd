import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Abi,
  type AbiFunction,
  createPublicClient,
  createTestClient,
  createWalletClient,
  http,
  parseEther,
} from 'viem'
import { privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endowmentAbi, genesisClaimAbi, livepeerTokenAbi, vestingAbi } from '../abi'
import { AllocationTree } from '../protocol'
import { type Anvil, startAnvil } from './anvil'
import { type DeploymentPlan, deploymentOf, stepsOf, vestingsOf } from './DeploymentPlan'
import { localChainId, localKey, localVerifier } from './deploy'
import { assertComplete, type Genesis, localFolder, readClaims, readGenesis, supplyOf } from './Genesis'
import { runSteps } from './runSteps'

const addressOf = (index: number) => privateKeyToAddress(localKey(index))
const year = 365 * 86_400

/** A genesis as of a public network: nothing for the deployer. */
const schedule = {
  wallets: [{ to: addressOf(3), amount: '1000000' }],
  vestings: [
    { to: addressOf(1), amount: '1500000.000000000000000007', cliffDays: 365, vestingDays: 1460 },
    { to: addressOf(2), amount: '499999.999999999999999993', cliffDays: 0, vestingDays: 730 },
  ],
  endowment: { amount: '2000000', vestingDays: 3650 },
  claim: { openDays: 365 },
}
const claims = [4, 5, 6, 7, 8].map((index) => `${addressOf(index)},1000000`).join('\n')

/** Writes a schedule and a list, and reads the genesis. */
function read(changed: unknown, list = claims): Genesis {
  const folder = mkdtempSync(join(tmpdir(), 'lp-genesis-'))
  try {
    writeFileSync(join(folder, 'schedule.json'), typeof changed === 'string' ? changed : JSON.stringify(changed))
    writeFileSync(join(folder, 'claims.csv'), list)
    return readGenesis(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('a genesis', () => {
  const terms = { supply: parseEther('10000000'), deployer: addressOf(0), isLocal: false }

  test('has the sum of its schedule and of its list', () => {
    const genesis = read(schedule)
    expect(supplyOf(genesis)).toBe(parseEther('10000000'))
    expect(() => assertComplete(genesis, terms)).not.toThrow()
    expect(genesis.claim).toMatchObject({ amount: String(parseEther('5000000')), count: 5, openSeconds: year })
  })

  test('of the local chain gives all LPT of the preset', () => {
    expect(() => assertComplete(readGenesis(localFolder), { ...terms, isLocal: true })).not.toThrow()
    expect(() => assertComplete(readGenesis(localFolder), terms)).toThrow('The schedule gives LPT to the deployer')
  })

  test('must give exactly the supply, and nothing to the deployer', () => {
    const genesis = read({ ...schedule, wallets: [] })
    expect(() => assertComplete(genesis, terms)).toThrow(
      'The schedule gives 9000000 LPT, and the preset has 10000000 LPT. Correct the amounts, so that the two are equal.',
    )
    for (const deployer of [addressOf(1), addressOf(3)])
      expect(() => assertComplete(read(schedule), { ...terms, deployer })).toThrow('gives LPT to the deployer')
    const wallets = Array.from({ length: 99 }, (_, index) => ({
      to: addressOf(3),
      amount: index === 0 ? '20000' : '10000',
    }))
    expect(() => assertComplete(read({ ...schedule, wallets }), terms)).toThrow(
      'The schedule has 101 wallets and vestings, and the token can get at most 100.',
    )
  })

  test.each([
    ['{', 'schedule.json is not valid JSON.'],
    [[], 'wallets must be a list.'],
    [null, 'schedule.json must be an object.'],
    [{ ...schedule, wallets: undefined }, 'wallets must be a list. It can be empty: [].'],
    [{ ...schedule, wallets: [{ to: addressOf(3), amount: 5 }] }, 'wallets[0]: write the amount as text'],
    [{ ...schedule, wallets: [{ to: addressOf(3), amount: '1,000' }] }, 'wallets[0]: "1,000" is not an amount of LPT.'],
    [{ ...schedule, wallets: [{ to: '0x12', amount: '5' }] }, 'wallets[0]: "0x12" is not an address.'],
    [{ ...schedule, wallets: [{ amount: '5' }] }, 'wallets[0]: "undefined" is not an address.'],
    [{ ...schedule, endowment: undefined }, 'endowment must be an object.'],
    [{ ...schedule, endowment: { amount: '0', vestingDays: 9 } }, 'endowment: the amount is zero.'],
    [
      { ...schedule, endowment: { amount: '5', vestingDays: 1.5 } },
      'endowment.vestingDays must be a whole number of days',
    ],
    [{ ...schedule, claim: { openDays: '365' } }, 'claim.openDays must be a whole number of days, at most 36500.'],
    [
      { ...schedule, vestings: [{ to: addressOf(1), amount: '5', cliffDays: 9, vestingDays: 8 }] },
      'vestings[0]: cliffDays is more than vestingDays.',
    ],
  ])('refuses the schedule %j', (changed, message) => {
    expect(() => read(changed)).toThrow(message)
  })

  test('says which file is missing', () => {
    expect(() => readGenesis('/nowhere')).toThrow('There is no readable file /nowhere/schedule.json.')
  })
})

describe('a deployment with this genesis', () => {
  let anvil: Anvil
  let plan: DeploymentPlan
  const account = privateKeyToAccount(localKey(9))
  beforeAll(async () => {
    anvil = await startAnvil()
    plan = {
      ...{ chainId: localChainId, deployer: account.address, firstNonce: 0, fromBlock: 0, preset: 'local' },
      ...{ verifier: addressOf(localVerifier), genesis: read(schedule) },
    }
    await runSteps(stepsOf(plan), { transport: http(anvil.rpcUrl), account })
  })
  afterAll(() => anvil.stop())

  const chain = () => createPublicClient({ transport: http(anvil.rpcUrl), pollingInterval: 50 })
  const wallet = () => createWalletClient({ account, transport: http(anvil.rpcUrl) })
  const balanceOf = (owner: `0x${string}`) =>
    chain().readContract({
      ...{ address: deploymentOf(plan).livepeerToken, abi: livepeerTokenAbi, functionName: 'balanceOf' },
      args: [owner],
    })
  const mined = async (hash: Promise<`0x${string}`>) =>
    expect((await chain().waitForTransactionReceipt({ hash: await hash })).status).toBe('success')

  test('gives each amount of the schedule, all of the supply, and nothing to the deployer', async () => {
    const { livepeerToken, endowment, genesisClaim } = deploymentOf(plan)
    const [first, second] = vestingsOf(plan) as [`0x${string}`, `0x${string}`]
    const holders = [addressOf(3), first, second, endowment, genesisClaim, account.address]
    const amounts = await Promise.all(holders.map(balanceOf))
    expect(amounts).toEqual([
      ...[parseEther('1000000'), parseEther('1500000') + 7n, parseEther('500000') - 7n],
      ...[parseEther('2000000'), parseEther('5000000'), 0n],
    ])
    const supply = await chain().readContract({
      ...{ address: livepeerToken, abi: livepeerTokenAbi, functionName: 'totalSupply' },
    })
    expect(supply).toBe(amounts.reduce((sum, amount) => sum + amount, 0n))
    expect(supply).toBe(supplyOf(plan.genesis))
  })

  test('has the terms of the schedule in its contracts', async () => {
    const { endowment, genesisClaim } = deploymentOf(plan)
    const [first] = vestingsOf(plan) as [`0x${string}`]
    const vesting = { address: first, abi: vestingAbi } as const
    const read = chain().readContract
    expect(await read({ ...vesting, functionName: 'owner' })).toBe(addressOf(1))
    const start = await read({ ...vesting, functionName: 'start' })
    expect(await read({ ...vesting, functionName: 'cliff' })).toBe(start + BigInt(year))
    expect(await read({ ...vesting, functionName: 'end' })).toBe(start + BigInt(4 * year))
    expect(await read({ address: endowment, abi: endowmentAbi, functionName: 'duration' })).toBe(BigInt(10 * year))
    const claim = { address: genesisClaim, abi: genesisClaimAbi } as const
    expect(await read({ ...claim, functionName: 'root' })).toBe(plan.genesis.claim.root)
    expect(await read({ ...claim, functionName: 'count' })).toBe(5n)
    expect(await read({ ...claim, functionName: 'bondingManager' })).toBe(deploymentOf(plan).bondingManager)
  })

  test('lets the deployer take nothing from a vesting: it calls each function that changes the contract', async () => {
    const [first] = vestingsOf(plan) as [`0x${string}`]
    const isChange = (item: Abi[number]): item is AbiFunction =>
      item.type === 'function' && (item.stateMutability === 'nonpayable' || item.stateMutability === 'payable')
    const changing = (vestingAbi as Abi).filter(isChange)
    expect(changing.map(({ name }) => name).sort()).toEqual([
      ...['release', 'release', 'renounceOwnership', 'transferOwnership'],
    ])
    for (const { name } of changing.filter(({ name }) => name !== 'release')) {
      const args = name === 'transferOwnership' ? [account.address] : []
      const call = { address: first, abi: vestingAbi as Abi, functionName: name, args, account }
      await expect(chain().simulateContract(call), name).rejects.toThrow('OwnableUnauthorizedAccount')
    }
  })

  test('pays claims by the list, vests after the cliff, and returns the rest once', async () => {
    const { endowment, genesisClaim, livepeerToken, bondingManager } = deploymentOf(plan)
    const list = [4, 5, 6, 7, 8]
      .map((index) => ({ account: addressOf(index), amount: parseEther('1000000') }))
      .sort((a, b) => (a.account.toLowerCase() < b.account.toLowerCase() ? -1 : 1))
    const tree = AllocationTree.build(list)
    const claim = { address: genesisClaim, abi: genesisClaimAbi } as const
    const { account: claimant, amount } = list[2] as AllocationTree.Allocation
    const args = [2n, claimant, amount, AllocationTree.prove(tree, 2)] as const
    await mined(wallet().writeContract({ ...claim, functionName: 'claim', args, chain: null }))
    expect(await balanceOf(claimant)).toBe(amount)
    await expect(chain().simulateContract({ ...claim, functionName: 'claim', args })).rejects.toThrow('AlreadyClaimed')

    const test = createTestClient({ mode: 'anvil', transport: http(anvil.rpcUrl) })
    await test.increaseTime({ seconds: 4 * year })
    await test.mine({ blocks: 1 })
    const [first] = vestingsOf(plan) as [`0x${string}`]
    const vesting = { address: first, abi: vestingAbi, chain: null } as const
    await mined(wallet().writeContract({ ...vesting, functionName: 'release', args: [livepeerToken] }))
    expect(await balanceOf(addressOf(1))).toBe(parseEther('1500000') + 7n)
    await mined(wallet().writeContract({ ...claim, functionName: 'returnUnclaimed', chain: null }))
    expect(await balanceOf(bondingManager)).toBe(parseEther('4000000'))
    await mined(
      wallet().writeContract({
        ...{ address: endowment, abi: endowmentAbi, functionName: 'release', args: [livepeerToken], chain: null },
      }),
    )
    expect(await balanceOf(bondingManager)).toBeGreaterThan(parseEther('4790000'))
    expect(await balanceOf(account.address)).toBe(0n)
  })
})

test('the list of the local chain is the list of its genesis', () => {
  const { claim } = readGenesis(localFolder)
  const list = readClaims(localFolder)
  expect(AllocationTree.root(AllocationTree.build(list))).toBe(claim.root)
  expect(list).toHaveLength(6)
})
