import type { Address } from 'viem'
import { refusalOf as actRefusalOf } from '../act/refusalOf'
import { formatMoment } from '../ui/formatMoment'
import type { Problem } from '../ui/Problem'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import * as Round from './Round'

type Tell = (facts: readonly unknown[], round: Round.Round) => Problem

const whenRoundBegins = (round: Round.Round, number: unknown): string =>
  formatMoment(Round.beginningOf(round, number as bigint), Date.now())

/** What the contracts refuse a delegator for, by the name of the custom error. */
export const refusals: Readonly<Record<string, Tell>> = {
  RoundNotInitialized: () => ({
    sentence: 'Nobody has begun this round yet, and until then stakes stand still.',
    nextStep: 'Begin it, which anybody may for a network fee, or wait until somebody has.',
  }),
  RoundAlreadyInitialized: () => ({
    sentence: 'Somebody else has just begun the round.',
    nextStep: 'There is nothing left to do.',
  }),
  RoundTooYoung: () => ({
    sentence: 'The round is only a moment old.',
    nextStep: 'Try again after the next block.',
  }),
  ZeroAmount: () => ({ sentence: 'There is nothing to move.', nextStep: 'Choose an amount above zero.' }),
  AmountTooSmall: ([, min]) => ({
    sentence: `This transcoder takes no less than ${formatLpt(min as bigint)} at a time.`,
    nextStep: 'Choose a larger amount, or another transcoder.',
  }),
  InsufficientStake: ([, bonded]) => ({
    sentence: `You have ${formatLpt(bonded as bigint)} at stake, which is less than that.`,
    nextStep: 'Choose a smaller amount.',
  }),
  NotTranscoder: ([account]) => ({
    sentence: `${shortAddress(account as Address)} is no transcoder any more.`,
    nextStep: 'Pick another one from the table.',
  }),
  OtherDelegate: ([delegate]) => ({
    sentence: `The rest of your stake is with ${shortAddress(delegate as Address)}.`,
    nextStep: 'This part can only go there, too. To change, move all of your stake afterwards.',
  }),
  StakeExposed: ([former, until], round) => ({
    sentence: `Your stake still answers for ${shortAddress(former as Address)}, which it left lately.`,
    nextStep: `It can move again from ${whenRoundBegins(round, until)} on. Unstaking is possible at any time.`,
  }),
  StakeLocked: ([, withdrawRound], round) => ({
    sentence: 'This part is not free yet.',
    nextStep: `It can be withdrawn from ${whenRoundBegins(round, withdrawRound)} on.`,
  }),
  UnknownLock: () => ({
    sentence: 'This part was withdrawn or staked again already.',
    nextStep: 'Perhaps in another tab: the page shows what is left.',
  }),
  ERC20InsufficientBalance: ([, balance]) => ({
    sentence: `Your wallet holds ${formatLpt(balance as bigint)}, which is less than that.`,
    nextStep: 'Choose a smaller amount, or get more LPT first.',
  }),
  ERC20InsufficientAllowance: () => ({
    sentence: 'The contract was not given leave to take that much LPT.',
    nextStep: 'Try again, and leave the amount as it is when the wallet asks.',
  }),
  // After deep cuts a little stake is divided into so many parts that a lot more has too many.
  SafeCastOverflowedUintDowncast: () => ({
    sentence: 'That is more than can be put behind this transcoder.',
    nextStep: 'Choose a smaller amount, or another transcoder.',
  }),
  TransferFailed: ([, amount]) => ({
    sentence: `Your wallet did not take the ${formatAmount(amount as bigint)}.`,
    nextStep: 'A wallet that is a contract must accept ether. Let yours accept it, and try again: the fees wait.',
  }),
}

/** Why an action failed, in a person's words. */
export const refusalOf = (error: unknown, round: Round.Round): Problem =>
  actRefusalOf(
    error,
    Object.fromEntries(Object.entries(refusals).map(([name, tell]) => [name, (facts) => tell(facts, round)])),
  )
