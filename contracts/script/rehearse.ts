import { createPublicClient, createTestClient, type Hex, http, maxUint128, type PublicClient } from 'viem'
import { parseAccount } from 'viem/accounts'
import { startAnvil } from './anvil'
import { type DeploymentPlan, type Step, stepsOf } from './DeploymentPlan'
import { type Readings, readParameters } from './readParameters'
import { runSteps } from './runSteps'

/** The history contract of EIP-2935. Its code decides how far back `Eip2935` can read. */
const history = '0x0000F90827F1c53A10cB7A002335175320002935'

/** What a deployment gives, in the order of its steps. */
export type Rehearsal = { gas: readonly bigint[]; codes: readonly Hex[]; readings: Readings }

/**
 * Runs the whole plan on a new local chain with the same chain id, so the constructors run with the same arguments and at the same addresses as
 * on `client`'s chain. A constructor that would revert there reverts here, before anything is paid. Throws `DeploymentRevertedError` and
 * `AnvilError`.
 */
export async function rehearse(plan: DeploymentPlan, client: PublicClient): Promise<Rehearsal> {
  const anvil = await startAnvil({ chainId: plan.chainId })
  try {
    const transport = http(anvil.rpcUrl)
    const chain: PublicClient = createPublicClient({ transport, pollingInterval: 50 })
    const test = createTestClient({ mode: 'anvil', transport })
    const bytecode = await client.getCode({ address: history })
    if (bytecode) await test.setCode({ address: history, bytecode })
    const { deployer: address } = plan
    await test.setNonce({ address, nonce: plan.firstNonce })
    await test.setBalance({ address, value: maxUint128 })
    await test.impersonateAccount({ address })
    const steps = stepsOf(plan)
    await runSteps(steps, { transport, account: parseAccount(address) })
    return {
      gas: await gasOf(steps, chain),
      codes: await codesOf(steps, chain),
      readings: await readParameters(chain, steps),
    }
  } finally {
    await anvil.stop()
  }
}

async function gasOf(steps: readonly Step[], chain: PublicClient): Promise<bigint[]> {
  const newest = await chain.getBlockNumber({ cacheTime: 0 })
  const used = new Map<number, bigint>()
  for (let blockNumber = 1n; blockNumber <= newest; blockNumber++) {
    const { transactions } = await chain.getBlock({ blockNumber, includeTransactions: true })
    for (const { hash, nonce } of transactions) used.set(nonce, (await chain.getTransactionReceipt({ hash })).gasUsed)
  }
  return steps.map(({ nonce }) => used.get(nonce) as bigint)
}

export const codesOf = (steps: readonly Step[], chain: PublicClient): Promise<Hex[]> =>
  Promise.all(steps.map(async ({ address }) => (await chain.getCode({ address })) ?? '0x'))
