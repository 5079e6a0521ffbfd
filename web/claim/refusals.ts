import type { Address } from 'viem'
import { refusalOf as actRefusalOf, type Refusal } from '../act/refusalOf'
import type { Problem } from '../ui/Problem'
import { formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { closingText } from './closingText'

const onStakePage = 'Close this dialog, and use the page “Stake”.'

/** The sentences for the custom errors that a transaction of this page can cause, by the name of the error. */
export const refusals: Readonly<Record<string, Refusal>> = {
  AlreadyClaimed: () => ({
    sentence: 'This allocation was already claimed, and its LPT is at the address.',
    nextStep: 'Any account can claim for the address. Close this dialog: the page shows what is left to do.',
  }),
  NotAllocated: ([, account]) => ({
    sentence: `The contract has no such allocation for ${shortAddress(account as Address)}.`,
    nextStep: 'Reload the page. If this happens again, the list on this site is wrong: open this page on another site.',
  }),
  ClaimsClosed: ([closingTime]) => ({
    sentence: `Allocations could be claimed only until ${closingText(closingTime as bigint)}.`,
    nextStep: 'Unclaimed LPT goes to the CommonPool. Stakers can decide by a vote to pay it from there.',
  }),
  ClaimsOpen: ([closingTime]) => ({
    sentence: 'The unclaimed LPT cannot be returned yet.',
    nextStep: `Try again from ${closingText(closingTime as bigint)} on.`,
  }),
  NothingUnclaimed: () => ({
    sentence: 'There is no unclaimed LPT any more.',
    nextStep: 'There is nothing left to do. Close this dialog.',
  }),
  RoundNotInitialized: () => ({
    sentence: 'This round is not initialized yet, so stakes cannot change.',
    nextStep: 'Initialize it for a network fee, or wait until a transcoder initializes it.',
  }),
  RoundAlreadyInitialized: () => ({
    sentence: 'The round was just initialized.',
    nextStep: 'There is nothing left to do. Close this dialog.',
  }),
  RoundTooYoung: () => ({ sentence: 'The round has just started.', nextStep: 'Try again after the next block.' }),
  NotTranscoder: ([account]) => ({
    sentence: `${shortAddress(account as Address)} is not a transcoder any more.`,
    nextStep: 'Close this dialog, and choose another transcoder.',
  }),
  AmountTooSmall: ([, min]) => ({
    sentence: `The smallest amount for this transcoder is ${formatLpt(min as bigint)}.`,
    nextStep: 'Close this dialog, and choose another transcoder.',
  }),
  StakeDiluted: () => ({
    sentence: 'This transcoder was slashed so often that the contract cannot store more stake for it.',
    nextStep: 'Close this dialog, and choose another transcoder.',
  }),
  ERC20InsufficientBalance: ([, balance]) => ({
    sentence: `Your wallet holds only ${formatLpt(balance as bigint)}.`,
    nextStep: 'Close this dialog: the page shows what is left to stake.',
  }),
  ERC20InsufficientAllowance: () => ({
    sentence: 'You allowed the contract to take less LPT than this amount.',
    nextStep: 'Try again, and do not change the amount in the wallet.',
  }),
  StakeExposed: ([former]) => ({
    sentence: `You moved your stake from ${shortAddress(former as Address)} recently, so you cannot move it again yet.`,
    nextStep: onStakePage,
  }),
  RewardPending: ([transcoder]) => ({
    sentence: `Your stake already got a reward in this round, and ${shortAddress(transcoder as Address)} has not minted its reward yet.`,
    nextStep: onStakePage,
  }),
  OwnStake: () => ({ sentence: 'A transcoder cannot move its own stake.', nextStep: onStakePage }),
}

/** The sentence for a failed action. */
export const refusalOf = (error: unknown): Problem => actRefusalOf(error, refusals)
