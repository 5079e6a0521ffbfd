import type { Address } from 'viem'
import { refusalOf as actRefusalOf, type Refusal } from '../act/refusalOf'
import type { Problem } from '../ui/Problem'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { parameters } from './Parameter'
import * as Unit from './Unit'

const stale = { nextStep: 'The page shows the present state of the proposal. Close this dialog.' }

/** The sentences for the custom errors that a transaction of this page can cause, by the name of the error. */
export const refusals: Readonly<Record<string, Refusal>> = {
  GovernorInsufficientProposerVotes: ([, stake, required]) => ({
    sentence: `To propose, you need a stake of ${formatLpt(required as bigint)}, and yours is ${formatLpt(stake as bigint)}.`,
    nextStep: 'Stake more LPT with a transcoder. Stake that others have bonded to you does not count.',
  }),
  ProposalOpen: () => ({
    sentence: 'The vote on your last proposal has not ended.',
    nextStep: 'Wait until it ends. If its vote has not started, you can also withdraw it.',
  }),
  CallNotAllowed: ([target]) => ({
    sentence: `No vote can decide this call of ${shortAddress(target as Address)}.`,
    nextStep: 'Remove the call from the proposal.',
  }),
  GovernorRestrictedProposer: () => ({
    sentence: 'The text names another account as the only proposer.',
    nextStep: 'Remove “#proposer=” from the end of the text.',
  }),
  NoVotes: () => ({
    sentence: 'You had no stake in this vote when its round ended.',
    nextStep: 'Stake that is bonded later votes on later proposals.',
  }),
  GovernorAlreadyCastVote: () => ({ sentence: 'You have voted already.', ...stale }),
  GovernorAlreadyOverriddenVote: () => ({ sentence: 'Your part of the stake has voted already.', ...stale }),
  GovernorUnexpectedProposalState: () => ({ sentence: 'The state of the proposal does not allow this now.', ...stale }),
  GovernorNonexistentProposal: () => ({
    sentence: 'The chain does not know this proposal.',
    nextStep: 'Reload the page.',
  }),
  GovernorAlreadyQueuedProposal: () => ({ sentence: 'The proposal waits already.', ...stale }),
  GovernorUnableToCancel: () => ({
    sentence: 'The proposal can be withdrawn only by its proposer, and only before the vote starts.',
    ...stale,
  }),
  TimelockUnexpectedOperationState: () => ({
    sentence: 'The proposal has not waited long enough.',
    nextStep: 'The page shows when it can be executed.',
  }),
  NoSnapshot: () => ({ sentence: 'The stakes of this vote are not known.', nextStep: 'Reload the page.' }),
  SnapshotNotEnded: () => ({
    sentence: 'The stakes of this vote are not fixed yet, because this round is not initialized.',
    nextStep: 'Initialize the round for a network fee, or wait until a transcoder initializes it.',
  }),
  RoundNotInitialized: () => ({
    sentence: 'This round is not initialized yet, so nobody can propose.',
    nextStep: 'Initialize it for a network fee, or wait until a transcoder initializes it.',
  }),
  RoundAlreadyInitialized: () => ({
    sentence: 'The round was just initialized.',
    nextStep: 'There is nothing left to do. Close this dialog.',
  }),
  RoundTooYoung: () => ({ sentence: 'The round has just started.', nextStep: 'Try again after the next block.' }),
  ParameterOutOfBounds: ([name, value, min, max]) => boundsProblem(String(name), [value, min, max] as bigint[]),
  InsufficientCommonPool: () => ({
    sentence: 'The CommonPool holds less than this amount.',
    nextStep: 'Choose a smaller amount, or wait until the pool holds more.',
  }),
  NoCode: ([account]) => ({
    sentence: `There is no contract at ${shortAddress(account as Address)}.`,
    nextStep: 'Enter the address of a contract that is already deployed.',
  }),
  NoVerifier: ([account]) => ({
    sentence: `The contract at ${shortAddress(account as Address)} is no verifier.`,
    nextStep: 'Enter the address of a contract that gives verdicts.',
  }),
  TransferFailed: ([to]) => ({
    sentence: `${shortAddress(to as Address)} does not accept ether.`,
    nextStep: 'If the account is a contract, it must accept ether before the payment.',
  }),
}

function boundsProblem(name: string, [value = 0n, min = 0n, max = 0n]: readonly bigint[]): Problem {
  const parameter = parameters.find((candidate) => candidate.name === name)
  const written = (amount: bigint) => (parameter ? Unit.format(parameter.unit, amount) : String(amount))
  const bounds = max === 2n ** 256n - 1n ? `at least ${written(min)}` : `from ${written(min)} to ${written(max)}`
  return {
    sentence: `${parameter?.title ?? name} cannot be ${written(value)}: together with the other parameters, it must be ${bounds}.`,
    nextStep: 'Choose a value in these bounds, or change the other parameters first.',
  }
}

/** The sentence for a failed action. */
export const refusalOf = (error: unknown): Problem => actRefusalOf(error, refusals)
