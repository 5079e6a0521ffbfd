import type { Contracts } from '@lp/contracts/deployments'
import {
  type Abi,
  type Address,
  decodeFunctionData,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
} from 'viem'
import { type ContractName, contractNames, parametersOf, type Values } from './Parameter'

/** A call of a proposal, as it is on the chain. */
export type Call = { target: Address; value: bigint; data: Hex }

/** The pool of LPT belongs to the BondingManager, the pool of ether to the JobsManager. */
export type Pool = 'LPT' | 'ETH'

/** What a call decides. The amounts of a payment are in units of 10^-18. A payment to the zero address burns the amount. */
export type Decision =
  | { kind: 'parameters'; contract: ContractName; values: Values }
  | { kind: 'payment'; pool: Pool; to: Address; amount: bigint }
  | { kind: 'verifier'; to: Address }
  | { kind: 'randomness'; to: Address }
  | { kind: 'unknown'; call: Call }

type Target = { address: Address; abi: Abi; functionName: string; args: readonly unknown[] }

/** The call that a decision makes. */
export function callOf(decision: Decision, contracts: Contracts): Call {
  if (decision.kind === 'unknown') return decision.call
  const { address, ...call } = targetOf(decision, contracts)
  return { target: address, value: 0n, data: encodeFunctionData(call as EncodeFunctionDataParameters) }
}

/** The contract and the function that a decision calls. */
export function targetOf(decision: Exclude<Decision, { kind: 'unknown' }>, contracts: Contracts): Target {
  switch (decision.kind) {
    case 'parameters':
      return { ...contracts[decision.contract], functionName: 'setParameters', args: [decision.values] }
    case 'payment': {
      const contract = decision.pool === 'LPT' ? contracts.bondingManager : contracts.jobsManager
      return { ...contract, functionName: 'spendCommonPool', args: [decision.to, decision.amount] }
    }
    case 'verifier':
      return { ...contracts.claimsManager, functionName: 'setVerifier', args: [decision.to] }
    case 'randomness':
      return { ...contracts.randomness, functionName: 'setSource', args: [decision.to] }
  }
}

/**
 * What a call decides. `unknown` for every call that the page does not know exactly: a proposer chooses the bytes, so the page shows a meaning
 * only if this meaning gives the same bytes again.
 */
export function decisionOf(call: Call, contracts: Contracts): Decision {
  const decision = known(call, contracts)
  const isExact = decision && call.value === 0n && callOf(decision, contracts).data === call.data.toLowerCase()
  return isExact ? decision : { kind: 'unknown', call }
}

function known({ target, data }: Call, contracts: Contracts): Decision | undefined {
  const is = (name: keyof Contracts) => isAddressEqual(contracts[name].address, target)
  const contract = contractNames.find(is)
  const decoded = contract
    ? decode(contracts[contract].abi, data)
    : is('randomness')
      ? decode(contracts.randomness.abi, data)
      : undefined
  if (!decoded) return undefined
  const [first, second] = decoded.args
  switch (decoded.functionName) {
    case 'setParameters':
      return contract && { kind: 'parameters', contract, values: valuesOf(contract, first) }
    case 'spendCommonPool':
      return {
        kind: 'payment',
        pool: is('bondingManager') ? 'LPT' : 'ETH',
        to: first as Address,
        amount: second as bigint,
      }
    case 'setVerifier':
      return { kind: 'verifier', to: first as Address }
    case 'setSource':
      return { kind: 'randomness', to: first as Address }
    default:
      return undefined
  }
}

/** Only the values that the page knows, in the order of the page. */
export const valuesOf = (contract: ContractName, struct: unknown): Values =>
  Object.fromEntries(parametersOf(contract).map(({ name }) => [name, (struct as Values)[name] as bigint]))

function decode(abi: Abi, data: Hex): { functionName: string; args: readonly unknown[] } | undefined {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data })
    return { functionName, args }
  } catch {
    return undefined
  }
}
