import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPublicClient, createWalletClient, custom, http, type Transport } from 'viem'
import { privateKeyToAccount, privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deploymentOn } from '../deployments'
import { type Anvil, startAnvil } from './anvil'
import { order } from './creations'
import { type DeploymentPlan, deploymentOf, stepsOf } from './DeploymentPlan'
import { localChainId, localKey, localVerifier } from './deploy'
import { continuePlan, endPlan, source } from './deploymentFiles'
import { localFolder, readGenesis } from './Genesis'
import { runSteps } from './runSteps'

let anvil: Anvil
let folder: string
beforeAll(async () => {
  anvil = await startAnvil()
  folder = mkdtempSync(join(tmpdir(), 'lp-plan-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await anvil.stop()
})

const planOf = (index: number, values: Partial<DeploymentPlan> = {}): DeploymentPlan => ({
  ...{ chainId: localChainId, deployer: privateKeyToAddress(localKey(index)), firstNonce: 0, fromBlock: 0 },
  ...{ preset: 'local', verifier: privateKeyToAddress(localKey(localVerifier)), genesis: readGenesis(localFolder) },
  ...values,
})

/** An RPC that the run loses after `count` transactions. */
function breaking(count: number): Transport {
  const { request } = http(anvil.rpcUrl)({})
  let left = count
  const refusing = async (question: { method: string; params?: unknown }) => {
    if (question.method === 'eth_sendRawTransaction' && left-- <= 0) throw new Error('The connection is lost.')
    return request(question as never)
  }
  return custom({ request: refusing }, { retryCount: 0 })
}

describe('runSteps', () => {
  test('gives the same deployment if it is interrupted after each transaction and resumed', async () => {
    const account = privateKeyToAccount(localKey(0))
    const steps = stepsOf(planOf(0))
    const chain = createPublicClient({ transport: http(anvil.rpcUrl) })
    for (const count of order.slice(1).keys()) {
      await expect(runSteps(steps, { transport: breaking(1), account })).rejects.toThrow('The connection is lost.')
      // anvil answers before the transaction is in a block.
      const sent = await chain.getTransactionCount({ address: account.address, blockTag: 'pending' })
      expect(sent).toBe(count + 1)
    }
    await runSteps(steps, { transport: breaking(1), account })
    // A run after the end sends nothing.
    await runSteps(steps, { transport: breaking(0), account })
    expect(deploymentOf(planOf(0))).toEqual(deploymentOn(localChainId))
    const codes = await Promise.all(steps.map(({ address }) => chain.getCode({ address })))
    expect(codes.filter((code) => code === undefined)).toEqual([])
  })

  test('says that another transaction of the account has taken the place of a contract', async () => {
    const account = privateKeyToAccount(localKey(7))
    const steps = stepsOf(planOf(7))
    await expect(runSteps(steps, { transport: breaking(2), account })).rejects.toThrow('The connection is lost.')
    const wallet = createWalletClient({ account, transport: http(anvil.rpcUrl) })
    await wallet.sendTransaction({ to: account.address, chain: null })
    await expect(runSteps(steps, { transport: http(anvil.rpcUrl), account })).rejects.toThrow(
      `Transaction 2 of ${account.address} is not the transaction of the deployment`,
    )
  })

  test('says that the deployment began on another chain', async () => {
    const account = privateKeyToAccount(localKey(6))
    const steps = stepsOf(planOf(6, { firstNonce: 5 }))
    await expect(runSteps(steps, { transport: breaking(0), account })).rejects.toThrow(
      `there, ${account.address} had sent 5 transactions, and here it has sent 0.`,
    )
  })
})

describe('a plan', () => {
  const accepted = () => undefined

  test('is kept until the deployment has ended, so the next run continues it', () => {
    const first = planOf(1, { firstNonce: 3, fromBlock: 9 })
    expect(continuePlan(first, accepted, folder)).toEqual(first)
    expect(continuePlan(planOf(1, { firstNonce: 8, fromBlock: 20 }), accepted, folder)).toEqual(first)
    endPlan(first, folder)
    const later = planOf(1, { firstNonce: 8, fromBlock: 20 })
    expect(continuePlan(later, accepted, folder)).toEqual(later)
    endPlan(later, folder)
  })

  test('does not continue with another key, preset, verifier or genesis, and is not stored if it is refused', () => {
    const refusing = () => {
      throw new Error('No.')
    }
    expect(() => continuePlan(planOf(1), refusing, folder)).toThrow('No.')
    continuePlan(planOf(1), accepted, folder)
    const { genesis } = planOf(1)
    const others = [
      ...[planOf(2), planOf(1, { preset: 'mainnet' }), planOf(1, { verifier: planOf(5).deployer })],
      planOf(1, { genesis: { ...genesis, wallets: [] } }),
    ]
    for (const other of others)
      expect(() => continuePlan(other, refusing, folder)).toThrow('Another deployment on this chain has begun')
    writeFileSync(join(folder, `${localChainId}.plan.json`), '{"chainId": 31337')
    expect(() => continuePlan(planOf(1), refusing, folder)).toThrow('Another deployment on this chain has begun')
    endPlan(planOf(1), folder)
  })

  test('gives the module that contractsOn reads', () => {
    const text = source(deploymentOf(planOf(0, { fromBlock: 7 })))
    expect(text).toContain('  chainId: 31337,\n  fromBlock: 7,\n  timelock: ')
    expect(text).not.toContain('seats')
  })
})
