import type { Contracts } from '@lp/contracts/deployments'
import type { Address } from 'viem'
import type { Spending } from '../act/allowance'
import type { ContractCall } from '../act/ContractCall'
import type { Allocation } from './Allocation'

/** An action that a person has chosen. Amounts are in units of 10^-18 LPT. */
export type Intent =
  /** `to`: the transcoder with which the account stakes the claimed LPT in the next step. */
  | { kind: 'claim'; allocation: Allocation; to: Address | undefined }
  | { kind: 'stake'; amount: bigint; to: Address }
  | { kind: 'returnUnclaimed' }
  | { kind: 'initializeRound' }

/** The intent whose review the dialog shows when the given intent is done. */
export const nextOf = (intent: Intent): Intent | undefined =>
  intent.kind === 'claim' && intent.to ? { kind: 'stake', amount: intent.allocation.amount, to: intent.to } : undefined

/** The transaction of an intent. */
export function callOf(intent: Intent, contracts: Contracts): ContractCall {
  const { genesisClaim, bondingManager, roundsManager } = contracts
  switch (intent.kind) {
    case 'claim': {
      const { index, account, amount, siblings } = intent.allocation
      return { ...genesisClaim, functionName: 'claim', args: [BigInt(index), account, amount, siblings] }
    }
    case 'stake':
      return { ...bondingManager, functionName: 'bond', args: [intent.amount, intent.to] }
    case 'returnUnclaimed':
      return { ...genesisClaim, functionName: 'returnUnclaimed', args: [] }
    case 'initializeRound':
      return { ...roundsManager, functionName: 'initializeRound', args: [] }
  }
}

/** The LPT that an intent takes out of the wallet. Undefined for all intents except staking. */
export function spendingOf(intent: Intent, { bondingManager, livepeerToken }: Contracts): Spending | undefined {
  if (intent.kind !== 'stake') return undefined
  const { to, amount } = intent
  return {
    token: livepeerToken,
    spender: bondingManager.address,
    amount,
    withPermit: ({ deadline, v, r, s }) => ({
      ...bondingManager,
      functionName: 'bondWithPermit',
      args: [amount, to, deadline, v, r, s],
    }),
  }
}
