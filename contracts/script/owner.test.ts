import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Abi,
  type Address,
  encodeFunctionData,
  getContract,
  type Hex,
  keccak256,
  parseAbi,
  parseEventLogs,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractsOn } from '../deployments'
import { type LocalChain, startLocalChain } from '../testbeds/localChain'
import { localChainId } from './deploy'
import { presets } from './presets'

const contracts = contractsOn(localChainId)
const { timelock, roundsManager } = contracts

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

const timelockBy = (index: number) =>
  getContract({ ...timelock, client: { public: local.chain, wallet: local.user(index).wallet } })

const ownerAbi = parseAbi(['function owner() view returns (address)'])
type AnyContract = { abi: Abi; address: Address }
const functionsOf = (abi: Abi) => abi.flatMap((item) => (item.type === 'function' ? [item.name] : []))
const owned = Object.values<AnyContract>(contracts).filter(({ abi }) => functionsOf(abi).includes('owner'))

/** The names of the functions that only the owner may call. */
function ownerFunctions(): string[] {
  const src = fileURLToPath(new URL('../src', import.meta.url))
  const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sol'))
  const ours = sources.flatMap((path) =>
    [...readFileSync(join(src, path), 'utf8').matchAll(/function (\w+)\([^{};]*\bonlyOwner\b/g)].map(
      ([, name]) => name,
    ),
  )
  return [...new Set([...ours, 'transferOwnership', 'renounceOwnership'] as string[])]
}

/** Valid arguments for an owner function. */
function argumentsOf(name: string): unknown[] {
  if (name === 'setParameters') return [presets.local]
  if (name === 'spendCommonPool') return [local.user(9).address, 0n]
  return name === 'renounceOwnership' ? [] : [contracts.verifier.address]
}

describe('the owner of the deployed contracts', () => {
  test('is the timelock, for the contracts and for their extensions', async () => {
    const { bondingManager, claimsManager } = local.user(0)
    const { earnings, seats } = bondingManager.read
    const extensions = [await earnings(), await seats(), await claimsManager.read.settlement()]
    expect(owned.length).toBeGreaterThan(3)
    for (const address of [...owned.map(({ address }) => address), ...extensions])
      expect(await local.chain.readContract({ abi: ownerAbi, address, functionName: 'owner' }), address).toBe(
        timelock.address,
      )
  })

  test('is the only account that may call an owner function', async () => {
    const tried = new Set<string>()
    for (const { abi, address } of owned) {
      for (const functionName of ownerFunctions().filter((name) => functionsOf(abi).includes(name))) {
        const call = { abi, address, functionName, args: argumentsOf(functionName) }
        const byDeployer = local.chain.simulateContract({ ...call, account: local.user(0).address })
        await expect(byDeployer, functionName).rejects.toThrow('OwnableUnauthorizedAccount')
        await local.chain.simulateContract({ ...call, account: timelock.address })
        tried.add(functionName)
      }
    }
    expect([...tried].sort()).toEqual(ownerFunctions().sort())
  })
})

describe('the timelock', () => {
  const operation = (to: Address, data: Hex) => [to, 0n, data, zeroHash, generatePrivateKey()] as const
  const newRounds = { roundLength: 40n, roundLockAmount: 200_000n }
  const setRounds = () =>
    operation(
      roundsManager.address,
      encodeFunctionData({ ...roundsManager, functionName: 'setParameters', args: [newRounds] }),
    )
  const gas = 1_000_000n
  const timeOf = async (receipt: { blockNumber: bigint }) => (await local.chain.getBlock(receipt)).timestamp

  test('lets only the deployer propose and cancel, lets any account execute, and has no admin except itself', async () => {
    const granted = await local.chain.getContractEvents({ ...timelock, eventName: 'RoleGranted', fromBlock: 0n })
    expect(granted.map(({ args }) => [args.role, args.account])).toEqual([
      [zeroHash, timelock.address],
      [keccak256(toHex('PROPOSER_ROLE')), local.user(0).address],
      [keccak256(toHex('CANCELLER_ROLE')), local.user(0).address],
      [keccak256(toHex('EXECUTOR_ROLE')), zeroAddress],
    ])
    const role = await timelockBy(0).read.PROPOSER_ROLE()
    const byDeployer = { account: local.user(0).address }
    const grant = timelockBy(0).simulate.grantRole([role, local.user(1).address], byDeployer)
    await expect(grant).rejects.toThrow('AccessControlUnauthorizedAccount')
    const schedule = timelockBy(1).simulate.schedule([...setRounds(), presets.local.timelockDelay])
    await expect(schedule).rejects.toThrow('AccessControlUnauthorizedAccount')
    const tooSoon = timelockBy(0).simulate.schedule([...setRounds(), presets.local.timelockDelay - 1n], byDeployer)
    await expect(tooSoon).rejects.toThrow('TimelockInsufficientDelay')
  })

  test('lets a stranger execute an operation after the delay, but not one second earlier', async () => {
    const call = setRounds()
    const delay = 60n
    const scheduledAt = await timeOf(await local.mined(timelockBy(0).write.schedule([...call, delay])))
    const executeAt = async (timestamp: bigint) => {
      await local.test.setNextBlockTimestamp({ timestamp })
      const hash = await timelockBy(5).write.execute(call, { gas })
      return local.chain.waitForTransactionReceipt({ hash })
    }
    expect((await executeAt(scheduledAt + delay - 1n)).status).toBe('reverted')
    const receipt = await executeAt(scheduledAt + delay)
    expect(receipt.status).toBe('success')
    const [update] = parseEventLogs({ abi: roundsManager.abi, eventName: 'ParametersUpdate', logs: receipt.logs })
    expect(update?.args.values).toEqual(newRounds)
    await expect(timelockBy(5).simulate.execute(call)).rejects.toThrow('TimelockUnexpectedOperationState')
  })

  test('never executes an operation that the proposer cancelled', async () => {
    const call = setRounds()
    await local.mined(timelockBy(0).write.schedule([...call, presets.local.timelockDelay]))
    await local.mined(timelockBy(0).write.cancel([await timelockBy(0).read.hashOperation(call)]))
    await local.mine(10)
    await expect(timelockBy(5).simulate.execute(call)).rejects.toThrow('TimelockUnexpectedOperationState')
  })

  test('can execute an operation that replaces the proposer; after that, the deployer cannot schedule an operation', async () => {
    const [role, cancellerRole] = [await timelockBy(0).read.PROPOSER_ROLE(), await timelockBy(0).read.CANCELLER_ROLE()]
    const [deployer, governor] = [local.user(0).address, local.user(6).address]
    const callAsOwner = (functionName: 'grantRole' | 'revokeRole', args: readonly [Hex, Address]) =>
      local.callAsOwner({ ...timelock, functionName, args })
    await callAsOwner('grantRole', [role, governor])
    await callAsOwner('revokeRole', [cancellerRole, deployer])
    await callAsOwner('revokeRole', [role, deployer])
    const call = [...setRounds(), presets.local.timelockDelay] as const
    await expect(timelockBy(0).simulate.schedule(call, { account: deployer })).rejects.toThrow(
      'AccessControlUnauthorizedAccount',
    )
    await local.mined(timelockBy(6).write.schedule(call))
  })
})
