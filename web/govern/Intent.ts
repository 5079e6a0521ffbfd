import type { Contracts } from '@lp/contracts/deployments'
import type { Abi, Address } from 'viem'
import type { ContractCall } from '../act/ContractCall'
import { callOf as callOfDecision, type Decision } from './Decision'
import * as Description from './Description'
import { operationOf, type Poll, type Support, supports } from './Proposal'

/** An action that a person has chosen. */
export type Intent =
  | { kind: 'propose'; decisions: readonly Decision[]; text: string; proposer: Address }
  /** A transcoder votes with all stake that is bonded to it. */
  | { kind: 'vote'; poll: Poll; support: Support }
  /** A delegator votes with its own part, which then no longer counts in the vote of its transcoder. */
  | { kind: 'override'; poll: Poll; support: Support }
  | { kind: 'queue' | 'execute' | 'cancel'; poll: Poll }
  | { kind: 'initializeRound' }

/** The transaction of an intent. */
export function callOf(intent: Intent, contracts: Contracts): ContractCall {
  const governor = { address: contracts.governor.address, abi: abiOf(contracts) }
  switch (intent.kind) {
    case 'propose': {
      const calls = intent.decisions.map((decision) => callOfDecision(decision, contracts))
      const [targets, values, calldatas] = operationOf({ calls, descriptionHash: '0x' })
      const description = Description.write(intent.text, intent.proposer)
      return { ...governor, functionName: 'propose', args: [targets, values, calldatas, description] }
    }
    case 'vote':
      return { ...governor, functionName: 'castVote', args: [intent.poll.id, supports[intent.support]] }
    case 'override':
      return { ...governor, functionName: 'castOverrideVote', args: [intent.poll.id, supports[intent.support], ''] }
    case 'queue':
    case 'execute':
    case 'cancel':
      return { ...governor, functionName: intent.kind, args: operationOf(intent.poll) }
    case 'initializeRound':
      return { ...contracts.roundsManager, functionName: 'initializeRound', args: [] }
  }
}

/** A transaction of the governor can fail with an error of each contract that it calls. */
const abiOf = ({ governor, ...others }: Contracts): Abi => [
  ...governor.abi,
  ...Object.values(others).flatMap(({ abi }) => (abi as Abi).filter(({ type }) => type === 'error')),
]
