import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Abi,
  type AbiFunction,
  type AbiParameter,
  type Address,
  keccak256,
  parseAbi,
  toHex,
  zeroAddress,
  zeroHash,
} from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bondingEarningsAbi, bondingSeatsAbi, claimsSettlementAbi } from '../abi'
import { contractsOn } from '../deployments'
import { type LocalChain, startLocalChain } from '../testbeds/localChain'
import { localChainId } from './deploy'
import { presets } from './presets'

const contracts = contractsOn(localChainId)
const { timelock, governor } = contracts

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

const ownerAbi = parseAbi(['function owner() view returns (address)'])
type AnyContract = { abi: Abi; address: Address }
const functionsOf = (abi: Abi) => abi.flatMap((item) => (item.type === 'function' ? [item.name] : []))
const owned = Object.values<AnyContract>(contracts).filter(({ abi }) => functionsOf(abi).includes('owner'))

/** The contracts whose code other contracts run. */
async function extensions(): Promise<AnyContract[]> {
  const { bondingManager, claimsManager } = local.user(0)
  return [
    { abi: bondingEarningsAbi, address: await bondingManager.read.earnings() },
    { abi: bondingSeatsAbi, address: await bondingManager.read.seats() },
    { abi: claimsSettlementAbi, address: await claimsManager.read.settlement() },
  ]
}

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
  // For this check, any contract with a `reach` is a source.
  if (name === 'setSource') return [contracts.randomness.address]
  if (name === 'spendCommonPool') return [local.user(9).address, 0n]
  return name === 'renounceOwnership' ? [] : [contracts.verifier.address]
}

describe('the owner of the deployed contracts', () => {
  test('is the timelock, for the contracts and for their extensions', async () => {
    expect(owned.length).toBeGreaterThan(3)
    for (const { address } of [...owned, ...(await extensions())])
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

/**
 * The functions that every account may call, for itself or for all. `report` is only for the verifier of a request, which the caller
 * names: `ClaimsManager.settle.t.sol` tests it.
 */
const forEveryAccount = new Set([
  ...[
    'bond',
    'bondWithPermit',
    'rebond',
    'unbond',
    'withdrawStake',
    'multicall',
    'transcoder',
    'matchPrice',
    'takeSeat',
  ],
  ...['resignAsTranscoder', 'transcodeAvailability', 'evictLowest', 'reward', 'updateDelegatorStake'],
  ...['slashLowWork', 'slashMissedReward', 'initializeRound', 'setServiceURI', 'approve', 'burn', 'permit', 'transfer'],
  ...['transferFrom', 'job', 'endJob', 'admit', 'drawCandidates', 'deposit', 'withdraw', 'withdrawAll', 'withdrawFees'],
  ...['releaseReserve', 'reportEquivocation', 'claimWork', 'showAssignment', 'verify', 'sealChallenges', 'expire'],
  ...[
    'distributeFees',
    'slashEquivocation',
    'report',
    'recordVerdict',
    'request',
    'announceWithdrawal',
    'authorise',
    'cash',
    'cashBatch',
  ],
  ...['cashByContract', 'decreaseHardDeposit', 'depositFor', 'increaseHardDeposit', 'prepareDecrease', 'revoke'],
  ...['withdrawCredit', 'propose', 'queue', 'castVote', 'castVoteBySig', 'castVoteWithReason', 'castOverrideVote'],
  ...['castVoteWithReasonAndParams', 'castVoteWithReasonAndParamsBySig', 'castOverrideVoteBySig', 'execute'],
  ...['executeBatch', 'onERC721Received', 'onERC1155Received', 'onERC1155BatchReceived', 'renounceRole'],
  ...['fundCommonPool', 'claim', 'returnUnclaimed', 'release'],
])
/** On some contracts, a function with one of these names needs a power. */
const exceptions = new Map<string, readonly string[]>([[contracts.verifier.address, ['report']]])

/** The errors with which a contract refuses an account without the power. */
const refusals = new RegExp(
  [
    ...[
      'OwnableUnauthorizedAccount',
      'AccessControlUnauthorizedAccount',
      'GovernorOnlyExecutor',
      'GovernorUnableToCancel',
    ],
    ...['GovernorNonexistentProposal', 'NotGovernor', 'NotRoundsManager', 'NotJobsManager', 'NotClaimsManager'],
    ...['NotBondingManager', 'NotMinter', 'NotVerifier'],
  ].join('|'),
)

/** A value of the type. Each call must be refused before the contract reads its arguments. */
function sample({ type, ...rest }: AbiParameter): unknown {
  if (type.endsWith('[]')) return []
  if (type.startsWith('tuple')) {
    const { components = [] } = rest as { components?: readonly AbiParameter[] }
    return Object.fromEntries(components.map((component) => [component.name, sample(component)]))
  }
  if (type === 'address') return zeroAddress
  if (type === 'bool') return false
  if (type === 'string') return ''
  if (type === 'bytes') return '0x'
  const bytes = /^bytes(\d+)$/.exec(type)?.[1]
  if (bytes) return `0x${'00'.repeat(Number(bytes))}`
  return Number(/\d+$/.exec(type)?.[0]) <= 48 ? 0 : 0n
}

describe('the deployer', () => {
  test('is refused by each function that is not for every account', async () => {
    const tried = new Set<string>()
    for (const { abi, address } of [...Object.values<AnyContract>(contracts), ...(await extensions())]) {
      const changing = abi.filter(
        (item): item is AbiFunction =>
          item.type === 'function' && (item.stateMutability === 'nonpayable' || item.stateMutability === 'payable'),
      )
      for (const item of changing) {
        if (forEveryAccount.has(item.name) && !exceptions.get(address)?.includes(item.name)) continue
        const call = { abi: [item, ...abi.filter(({ type }) => type === 'error')], address, functionName: item.name }
        const args = item.inputs.map(sample)
        const byDeployer = local.chain.simulateContract({ ...call, args, account: local.user(0).address })
        await expect(byDeployer, `${item.name} of ${address}`).rejects.toThrow(refusals)
        tried.add(item.name)
      }
    }
    expect([...tried]).toEqual(expect.arrayContaining(['scheduleBatch', 'grantRole', 'mint', 'takeSnapshot', 'slash']))
  })

  test('has no role: only the governor proposes and cancels, any account executes, the timelock is its own admin', async () => {
    const granted = await local.chain.getContractEvents({ ...timelock, eventName: 'RoleGranted', fromBlock: 0n })
    expect(granted.map(({ args }) => [args.role, args.account])).toEqual([
      [zeroHash, timelock.address],
      [keccak256(toHex('PROPOSER_ROLE')), governor.address],
      [keccak256(toHex('CANCELLER_ROLE')), governor.address],
      [keccak256(toHex('EXECUTOR_ROLE')), zeroAddress],
    ])
    const revoked = await local.chain.getContractEvents({ ...timelock, eventName: 'RoleRevoked', fromBlock: 0n })
    expect(revoked).toEqual([])
  })
})
