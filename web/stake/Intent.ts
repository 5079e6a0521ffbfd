import type { Contracts } from '@lp/contracts/deployments'
import type { Address } from 'viem'
import type { Spending } from '../act/allowance'
import type { ContractCall } from '../act/ContractCall'
import type { Lock } from './Position'

/** An action that a person has chosen. Amounts are in units of 10^-18 LPT. */
export type Intent =
  | { kind: 'bond'; to: Address; amount: bigint }
  | { kind: 'move'; to: Address }
  | { kind: 'unbond'; amount: bigint }
  | { kind: 'rebond'; lock: Lock; to: Address }
  | { kind: 'withdrawStake'; lock: Lock }
  | { kind: 'withdrawFees' }
  | { kind: 'initializeRound' }

/** An intent whose amount the person has not yet entered. */
export type Draft = { kind: 'draftBond'; to: Address } | { kind: 'draftUnbond' }

/** The transaction of an intent. */
export function callOf(intent: Intent, contracts: Contracts): ContractCall {
  const { bondingManager, jobsManager, roundsManager } = contracts
  switch (intent.kind) {
    case 'bond':
      return { ...bondingManager, functionName: 'bond', args: [intent.amount, intent.to] }
    case 'move':
      return { ...bondingManager, functionName: 'bond', args: [0n, intent.to] }
    case 'unbond':
      return { ...bondingManager, functionName: 'unbond', args: [intent.amount] }
    case 'rebond':
      return { ...bondingManager, functionName: 'rebond', args: [intent.lock.id, intent.to] }
    case 'withdrawStake':
      return { ...bondingManager, functionName: 'withdrawStake', args: [intent.lock.id] }
    case 'withdrawFees':
      return { ...jobsManager, functionName: 'withdrawFees', args: [] }
    case 'initializeRound':
      return { ...roundsManager, functionName: 'initializeRound', args: [] }
  }
}

/** The LPT that an intent takes out of the wallet. Undefined for all intents except bonding. */
export function spendingOf(intent: Intent, { bondingManager, livepeerToken }: Contracts): Spending | undefined {
  if (intent.kind !== 'bond') return undefined
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
