import { type Account, type Address, createPublicClient, type PublicClient, type Transport } from 'viem'
import { assertSuits } from './assertSuits'
import { assertPayable, costOf, tableOf } from './costOf'
import { type DeploymentPlan, deploymentOf, stepsOf, vestingsOf } from './DeploymentPlan'
import { assertUnused, planOf } from './deploy'
import { continuePlan, endPlan, type WrittenFiles, writeDeployment } from './deploymentFiles'
import { assertComplete, type Genesis } from './Genesis'
import { type PresetName, presets } from './presets'
import { readBack } from './readBack'
import { rehearse } from './rehearse'
import { runSteps } from './runSteps'

type Options = {
  transport: Transport
  account: Account
  preset: PresetName
  /** The account that reports the verdicts. */
  verifier: Address
  /** Who gets the LPT. */
  genesis: Genesis
  /** The chain that the RPC must have. */
  chainId?: number | undefined
  /** Gets the cost of the transactions, as a table. */
  report(table: string): void
  /** Asks a person whether to send the transactions. */
  confirm(question: string): Promise<boolean>
  /** Default: `contracts/deployments`. */
  folder?: string | undefined
}

/**
 * Deploys the contracts in these steps: checks that the chain suits the preset, rehearses the plan, shows the cost, sends the transactions, reads
 * everything back, and writes the addresses. If a run was interrupted, the next run continues its plan, which is in
 * `<chainId>.plan.json` until the deployment has ended. Throws `OtherNetworkError`, `DeclinedError`, and the errors of the steps.
 */
export async function deployTo({
  transport,
  account,
  folder,
  ...options
}: Options): Promise<WrittenFiles & { vestings: readonly Address[] }> {
  const client: PublicClient = createPublicClient({ transport })
  const chainId = await client.getChainId()
  if (options.chainId !== undefined && options.chainId !== chainId)
    throw new OtherNetworkError({ wanted: options.chainId, chainId })
  const { preset, verifier, genesis } = options
  const { address: deployer } = account
  assertComplete(genesis, { supply: presets[preset].initialAllocation, deployer, isLocal: preset === 'local' })
  await assertSuits(client, preset)
  const fresh = await planOf({ transport, deployer, preset, verifier, genesis })
  const plan = continuePlan(fresh, assertUnused, folder)
  try {
    await run(plan, { ...options, transport, account, client, sent: fresh.firstNonce })
  } catch (error) {
    // If nothing was sent, the next run can begin with other choices.
    const sent = await client.getTransactionCount({ address: deployer, blockTag: 'pending' }).catch(() => undefined)
    if (sent === plan.firstNonce) endPlan(plan, folder)
    throw error
  }
  const written = writeDeployment(deploymentOf(plan), folder)
  endPlan(plan, folder)
  return { ...written, vestings: vestingsOf(plan) }
}

type Run = Pick<Options, 'transport' | 'account' | 'report' | 'confirm'> & { client: PublicClient; sent: number }

async function run(plan: DeploymentPlan, { transport, account, client, sent, report, confirm }: Run): Promise<void> {
  const rehearsal = await rehearse(plan, client)
  const steps = stepsOf(plan)
  const cost = await costOf(steps, { client, deployer: plan.deployer, gas: rehearsal.gas, sent })
  if (cost.steps.length > 0) {
    report(tableOf(cost))
    assertPayable(cost, plan.deployer)
    const question = `Send ${cost.steps.length} transactions of ${plan.deployer} to chain ${plan.chainId}?`
    if (!(await confirm(question))) throw new DeclinedError()
  }
  const limited = steps.map((step) => cost.steps.find(({ nonce }) => nonce === step.nonce) ?? step)
  await runSteps(limited, { transport, account, fees: cost.fees })
  await readBack(steps, client, rehearsal)
}

export class OtherNetworkError extends Error {
  override readonly name = 'OtherNetworkError'
  readonly forPeople = true
  constructor({ wanted, chainId }: { wanted: number; chainId: number }) {
    super(`The RPC belongs to chain ${chainId}, but --network names chain ${wanted}. Correct --rpc or --network.`)
  }
}

export class DeclinedError extends Error {
  override readonly name = 'DeclinedError'
  readonly forPeople = true
  constructor() {
    super('Nothing was sent. Run the command again, and answer yes, to deploy.')
  }
}
