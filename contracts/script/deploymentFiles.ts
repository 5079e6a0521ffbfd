import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, isAddress, isAddressEqual } from 'viem'
import type { Deployment } from '../deployments'
import type { DeploymentPlan } from './DeploymentPlan'

const deploymentsFolder = resolve(dirname(fileURLToPath(import.meta.url)), '../deployments')

/** `file`: the module from which `contractsOn` reads the deployment. `settings`: the same addresses for `lp.json` and `lp-relay --network`. */
export type WrittenFiles = { file: string; settings: string; chainId: number; isNew: boolean }

/** Writes the addresses of a deployment. */
export function writeDeployment(deployment: Deployment, folder = deploymentsFolder): WrittenFiles {
  const { chainId, ...contracts } = deployment
  const [file, settings] = [`${folder}/${chainId}.ts`, `${folder}/${chainId}.json`]
  const isNew = !existsSync(file)
  writeFileSync(file, source(deployment))
  writeFileSync(settings, `${JSON.stringify({ chainId, contracts }, undefined, 2)}\n`)
  return { file, settings, chainId, isNew }
}

/** The text of the module from which `contractsOn` reads the deployment. */
export function source({ chainId, fromBlock, ...addresses }: Deployment): string {
  const entries = Object.entries(addresses).map(([name, address]) => `  ${name}: '${address}',\n`)
  return `import type { Deployment } from './Deployment'

// Written by npm run deploy.
const deployment: Deployment = {
  chainId: ${chainId},
  fromBlock: ${fromBlock},
${entries.join('')}}

export default deployment
`
}

const planFile = (chainId: number, folder: string) => `${folder}/${chainId}.plan.json`

/**
 * The plan of a deployment that has begun and has not ended. If there is none, stores `fresh`, after `assertFresh` has accepted it. So a second
 * run continues with the plan of the first run. Throws `OtherPlanError` if the plan is for another deployer, preset, verifier or genesis.
 */
export function continuePlan(
  fresh: DeploymentPlan,
  assertFresh: (plan: DeploymentPlan) => void,
  folder = deploymentsFolder,
): DeploymentPlan {
  const file = planFile(fresh.chainId, folder)
  if (!existsSync(file)) {
    assertFresh(fresh)
    writeFileSync(file, `${JSON.stringify(fresh, undefined, 2)}\n`)
    return fresh
  }
  const plan = parse(readFileSync(file, 'utf8'))
  const isSame =
    plan?.chainId === fresh.chainId &&
    isAddressEqual(plan.deployer, fresh.deployer) &&
    isAddressEqual(plan.verifier, fresh.verifier) &&
    plan.preset === fresh.preset &&
    JSON.stringify(plan.genesis) === JSON.stringify(fresh.genesis)
  if (!isSame) throw new OtherPlanError({ file })
  return plan
}

/** Deletes the plan after the deployment has ended. */
export const endPlan = ({ chainId }: DeploymentPlan, folder = deploymentsFolder): void =>
  rmSync(planFile(chainId, folder), { force: true })

function parse(text: string): DeploymentPlan | undefined {
  try {
    const plan = JSON.parse(text) as DeploymentPlan
    const isAccount = (account: Address) => typeof account === 'string' && isAddress(account)
    const isValid = Number.isSafeInteger(plan.firstNonce) && Number.isSafeInteger(plan.fromBlock)
    return isValid && isAccount(plan.deployer) && isAccount(plan.verifier) ? plan : undefined
  } catch {
    return undefined
  }
}

export class OtherPlanError extends Error {
  override readonly name = 'OtherPlanError'
  readonly forPeople = true
  constructor({ file }: { file: string }) {
    super(
      `Another deployment on this chain has begun and has not ended: ${file}. Continue it with the same key, preset, verifier and genesis, or ` +
        'delete the file to begin a new deployment.',
    )
  }
}
