import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, http, parseEther, type Transport } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedRpc, otherChainId, startOtherChain } from '../testbeds/otherChain'
import { order } from './creations'
import { deploymentOf, stepsOf } from './DeploymentPlan'
import { localKey, planOf } from './deploy'
import { deployTo } from './deployTo'
import { localFolder, readGenesis } from './Genesis'
import { readBack } from './readBack'
import { rehearse } from './rehearse'
import { runSteps } from './runSteps'

let other: Awaited<ReturnType<typeof startOtherChain>>
let folder: string
beforeAll(async () => {
  other = await startOtherChain()
  folder = mkdtempSync(join(tmpdir(), 'lp-deploy-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await other.stop()
})

const verifier = privateKeyToAccount(localKey(3)).address
const genesis = readGenesis(localFolder)

async function newAccount(ether = '10') {
  const account = privateKeyToAccount(generatePrivateKey())
  await other.test.setBalance({ address: account.address, value: parseEther(ether) })
  return account
}

type Account = Awaited<ReturnType<typeof newAccount>>
const tables: string[] = []
const deployAs = (account: Account, { transport = http(other.rpcUrl) as Transport, agrees = true } = {}) =>
  deployTo({
    ...{ transport, account, verifier, genesis, preset: 'mainnet', chainId: otherChainId, folder },
    report: (table) => tables.push(table),
    confirm: async () => agrees,
  })

describe('deployTo', () => {
  test('deploys to another chain, within the gas and the ether that it has named before', async () => {
    const account = await newAccount()
    const { file, settings } = await deployAs(account)
    const table = tables.pop() ?? ''
    for (const name of order) expect(table).toMatch(new RegExp(`^${name} +\\d+ `, 'm'))
    const named = Number(/^total +(\d+)/m.exec(table)?.[1])
    const used = await usedBy(account)
    expect(Math.abs(Number(used) - named)).toBeLessThan(named / 100)
    const spent = parseEther('10') - (await other.chain.getBalance({ address: account.address }))
    const [, most = ''] = /at most ([\d.]+) ether\. The account has 10 ether\./.exec(table) ?? []
    expect(spent).toBeLessThan(parseEther(most))
    const { contracts } = JSON.parse(readFileSync(settings, 'utf8'))
    for (const address of Object.values(contracts).slice(1))
      expect(await other.chain.getCode({ address: address as Hex })).toBeDefined()
    expect(readFileSync(file, 'utf8')).toContain(`  chainId: ${otherChainId},\n`)
    expect(readdirSync(folder).sort()).toEqual([`${otherChainId}.json`, `${otherChainId}.ts`])
  })

  test('refuses an account with too little ether, says how much is missing, and sends nothing', async () => {
    const poor = await newAccount('0.001')
    await expect(deployAs(poor)).rejects.toThrow(
      new RegExp(`^${poor.address} has too little ether: 0\\.\\d+ ether are missing\\. Send them to this account`),
    )
    const [, missing = ''] = /: (0\.\d+) ether are/.exec(await messageOf(deployAs(poor))) ?? []
    await other.test.setBalance({ address: poor.address, value: parseEther('0.001') + parseEther(missing) * 2n })
    await deployAs(poor)
  })

  test('sends nothing and leaves no plan if the person does not agree', async () => {
    const account = await newAccount()
    await expect(deployAs(account, { agrees: false })).rejects.toThrow('Nothing was sent.')
    expect(await other.chain.getTransactionCount({ address: account.address })).toBe(0)
    expect(readdirSync(folder)).not.toContain(`${otherChainId}.plan.json`)
  })

  test('refuses a chain with another id than the network', async () => {
    const account = await newAccount()
    const transport = changedRpc(other.rpcUrl, ({ method }) => (method === 'eth_chainId' ? '0x1' : undefined))
    await expect(deployAs(account, { transport })).rejects.toThrow(
      `The RPC belongs to chain 1, but --network names chain ${otherChainId}.`,
    )
  })

  test('refuses a preset that does not suit the chain before the first transaction', async () => {
    const account = await newAccount()
    const history = /^0x0000f90827f1c53a10cb7a002335175320002935$/i
    const transport = changedRpc(other.rpcUrl, ({ method, params }) =>
      method === 'eth_getCode' && history.test((params as string[])[0] ?? '') ? '0x' : undefined,
    )
    await expect(deployAs(account, { transport })).rejects.toThrow('ParameterOutOfBounds(claimDeadlineBlocks, 1800')
    expect(await other.chain.getTransactionCount({ address: account.address })).toBe(0)
  })

  test('fails if the chain has other code than the plan', async () => {
    const account = await newAccount()
    let sent = 0
    const transport = changedRpc(other.rpcUrl, ({ method }) => {
      if (method === 'eth_sendRawTransaction') sent++
      return method === 'eth_getCode' && sent === order.length ? '0x00' : undefined
    })
    await expect(deployAs(account, { transport })).rejects.toThrow(
      /^The code of timelock at 0x\w{40} is not the code of/,
    )
    rmSync(join(folder, `${otherChainId}.plan.json`))
  })
})

test('a genesis that gives LPT to the deployer is refused before anything is sent', async () => {
  // The genesis of the local chain gives almost all LPT to account 0.
  const deployer = privateKeyToAccount(localKey(0))
  await expect(deployAs(deployer)).rejects.toThrow('The schedule gives LPT to the deployer')
})

describe('readBack', () => {
  test('finds a changed byte, a changed constant and a changed parameter', async () => {
    const account = await newAccount()
    const transport = http(other.rpcUrl)
    const plan = await planOf({ transport, deployer: account.address, preset: 'mainnet', verifier, genesis })
    const steps = stepsOf(plan)
    const rehearsal = await rehearse(plan, other.chain)
    await runSteps(steps, { transport, account })
    await readBack(steps, other.chain, rehearsal)

    const { roundsManager: address, timelock } = deploymentOf(plan)
    const code = (await other.chain.getCode({ address })) as Hex
    const owner = timelock.slice(2).toLowerCase()
    await other.test.setStorageAt({ address, index: 0, value: `0x${'1'.padStart(64, '0')}` })
    await expect(readBack(steps, other.chain, rehearsal)).rejects.toThrow(
      /^roundsManager 0x\w{40}\.owner answers "0x.*, but the/i,
    )
    await other.test.setStorageAt({ address, index: 0, value: `0x${'0'.repeat(24)}${owner}` })
    await readBack(steps, other.chain, rehearsal)

    const { randomness } = deploymentOf(plan)
    const constant = randomness.slice(2).toLowerCase()
    expect(code).toContain(constant)
    for (const bytecode of [code.replace(constant, owner), `${code.slice(0, -2)}ff`] as Hex[]) {
      await other.test.setCode({ address, bytecode })
      await expect(readBack(steps, other.chain, rehearsal)).rejects.toThrow(
        `The code of roundsManager at ${address} is`,
      )
    }
  })
})

async function usedBy({ address }: Account): Promise<bigint> {
  const newest = await other.chain.getBlockNumber()
  let used = 0n
  for (let blockNumber = 1n; blockNumber <= newest; blockNumber++) {
    const { transactions } = await other.chain.getBlock({ blockNumber, includeTransactions: true })
    for (const { hash, from } of transactions)
      if (from.toLowerCase() === address.toLowerCase())
        used += (await other.chain.getTransactionReceipt({ hash })).gasUsed
  }
  return used
}

const messageOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => '',
    (error: Error) => error.message,
  )
