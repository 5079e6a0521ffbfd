import { type Address, getContractAddress } from 'viem'
import type { Deployment } from '../deployments'
import { type Addresses, type ContractName, type Creation, creationsOf, order } from './creations'
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
}

/** One transaction of a deployment. */
export type Step = Creation & { name: ContractName; nonce: number; address: Address }

const addressesOf = ({ deployer, firstNonce }: DeploymentPlan): Addresses =>
  Object.fromEntries(
    order.map((name, index) => [name, getContractAddress({ from: deployer, nonce: BigInt(firstNonce + index) })]),
  ) as Addresses

/** The transactions in the order of their nonces. */
export function stepsOf(plan: DeploymentPlan): Step[] {
  const at = addressesOf(plan)
  const creations = creationsOf(at, { values: presets[plan.preset], verifier: plan.verifier })
  return order.map((name, index) => ({
    ...{ ...creations[name], name, nonce: plan.firstNonce + index, address: at[name] },
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
