import { type Address, getContractAddress } from 'viem'
import type { Deployment } from '../deployments'
import type { Creation } from './Creation'
import { type Addresses, type ContractName, creationsOf, order } from './creations'
import type { Genesis } from './Genesis'
import { vestingCreations } from './genesisCreations'
import { type PresetName, presets } from './presets'

/** All that determines a deployment. With the same plan, an interrupted deployment continues and gives the same addresses. */
export type DeploymentPlan = {
  chainId: number
  deployer: Address
  /** The nonce of the first transaction. The nonce of a transaction determines the address of its contract. */
  firstNonce: number
  /** The block before the first transaction, or an earlier block. */
  fromBlock: number
  preset: PresetName
  /** The account that reports the verdicts. The account of a BondedVerifier never changes. */
  verifier: Address
  genesis: Genesis
}

/** One transaction of a deployment. */
export type Step = Creation & {
  name: ContractName | 'vesting'
  nonce: number
  address: Address
  /** The largest amount of gas that the transaction may use. Default: more than any contract needs. */
  gas?: bigint
}

/** The address of the contract of transaction `index`. */
const addressAt = ({ deployer, firstNonce }: DeploymentPlan, index: number): Address =>
  getContractAddress({ from: deployer, nonce: BigInt(firstNonce + index) })

const addressesOf = (plan: DeploymentPlan): Addresses =>
  Object.fromEntries(order.map((name, index) => [name, addressAt(plan, index)])) as Addresses

/** The contracts of the vestings, in the order of the schedule. They are created last, because their number differs. */
export const vestingsOf = (plan: DeploymentPlan): Address[] =>
  plan.genesis.vestings.map((_, index) => addressAt(plan, order.length + index))

/** The transactions in the order of their nonces. */
export function stepsOf(plan: DeploymentPlan): Step[] {
  const at = addressesOf(plan)
  const { preset, verifier, genesis } = plan
  const creations = creationsOf(at, { values: presets[preset], verifier, genesis, vestings: vestingsOf(plan) })
  const named = [
    ...order.map((name) => ({ ...creations[name], name })),
    ...vestingCreations(genesis).map((creation) => ({ ...creation, name: 'vesting' as const })),
  ]
  return named.map((creation, index) => ({
    ...{ ...creation, nonce: plan.firstNonce + index, address: addressAt(plan, index) },
  }))
}

/**
 * The result of a plan. It does not have the extensions, because the ABI of a contract already has the functions of its extension. The seat of
 * the randomness names its source.
 */
export function deploymentOf(plan: DeploymentPlan): Deployment {
  const {
    seats: _seats,
    earnings: _earnings,
    settlement: _settlement,
    blockHashes: _source,
    ...contracts
  } = addressesOf(plan)
  return { chainId: plan.chainId, fromBlock: plan.fromBlock, ...contracts }
}
