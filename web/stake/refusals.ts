import type { Address } from 'viem'
import { refusalOf as actRefusalOf } from '../act/refusalOf'
import { formatMoment } from '../ui/formatMoment'
import type { Problem } from '../ui/Problem'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import * as TimedRound from './TimedRound'

type Tell = (facts: readonly unknown[], round: TimedRound.TimedRound) => Problem

const whenRoundBegins = (round: TimedRound.TimedRound, number: unknown): string =>
  formatMoment(TimedRound.beginningOf(round, number as bigint), Date.now())

/** The sentences for the custom errors that a delegator can cause, by the name of the error. */
export const refusals: Readonly<Record<string, Tell>> = {
  RoundNotInitialized: () => ({
    sentence: 'This round is not initialized yet, so stakes cannot change.',
    nextStep: 'Initialize it for a network fee, or wait until a transcoder does.',
  }),
  RoundAlreadyInitialized: () => ({
    sentence: 'The round was just initialized.',
    nextStep: 'There is nothing left to do. Close this dialog.',
  }),
  RoundTooYoung: () => ({
    sentence: 'The round has just started.',
    nextStep: 'Try again after the next block.',
  }),
  ZeroAmount: () => ({ sentence: 'The amount is zero.', nextStep: 'Choose an amount above zero.' }),
  AmountTooSmall: ([, min]) => ({
    sentence: `The smallest amount for this transcoder is ${formatLpt(min as bigint)}.`,
    nextStep: 'Choose a larger amount, or another transcoder.',
  }),
  InsufficientStake: ([, bonded]) => ({
    sentence: `Your stake is only ${formatLpt(bonded as bigint)}.`,
    nextStep: 'Choose a smaller amount.',
  }),
  NotTranscoder: ([account]) => ({
    sentence: `${shortAddress(account as Address)} is not a transcoder any more.`,
    nextStep: 'Choose another transcoder from the table.',
  }),
  OtherDelegate: ([delegate]) => ({
    sentence: `The rest of your stake is with ${shortAddress(delegate as Address)}.`,
    nextStep: 'Stake this part with the same transcoder. Afterwards you can move all of your stake.',
  }),
  StakeExposed: ([former, until], round) => ({
    sentence: `You moved your stake from ${shortAddress(former as Address)} recently, so you cannot move it again yet.`,
    nextStep: `You can move it from ${whenRoundBegins(round, until)} on. You can unstake at any time.`,
  }),
  StakeLocked: ([, withdrawRound], round) => ({
    sentence: 'This stake cannot be withdrawn yet.',
    nextStep: `You can withdraw it from ${whenRoundBegins(round, withdrawRound)} on.`,
  }),
  UnknownLock: () => ({
    sentence: 'This stake was already withdrawn or staked again.',
    nextStep: 'You may have done this in another tab. The page shows your current stake.',
  }),
  ERC20InsufficientBalance: ([, balance]) => ({
    sentence: `Your wallet holds only ${formatLpt(balance as bigint)}.`,
    nextStep: 'Choose a smaller amount, or get more LPT first.',
  }),
  ERC20InsufficientAllowance: () => ({
    sentence: 'You allowed the contract to take less LPT than this amount.',
    nextStep: 'Try again, and do not change the amount in the wallet.',
  }),
  // If nearly all stake of a transcoder was slashed, one LPT is a very large number of shares. The shares of a large stake exceed the number type.
  SafeCastOverflowedUintDowncast: () => ({
    sentence: 'The amount is too large for this transcoder.',
    nextStep: 'Choose a smaller amount, or another transcoder.',
  }),
  TransferFailed: ([, amount]) => ({
    sentence: `Your wallet did not accept the ${formatAmount(amount as bigint)}.`,
    nextStep: 'If your wallet is a contract, make it accept ether, and try again. Your fees stay in the contract.',
  }),
}

/** The sentence for a failed action. */
export const refusalOf = (error: unknown, round: TimedRound.TimedRound): Problem =>
  actRefusalOf(
    error,
    Object.fromEntries(Object.entries(refusals).map(([name, tell]) => [name, (facts) => tell(facts, round)])),
  )
