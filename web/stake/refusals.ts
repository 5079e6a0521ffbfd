import type { Address } from 'viem'
import { refusalOf as actRefusalOf } from '../act/refusalOf'
import { formatMoment } from '../ui/formatMoment'
import type { Problem } from '../ui/Problem'
import { formatAmount, formatLpt } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import * as TimedRound from './TimedRound'

type Tell = (facts: readonly unknown[], round: TimedRound.TimedRound) => Problem

const when = (round: TimedRound.TimedRound, block: unknown): string =>
  formatMoment(TimedRound.timeOf(round, block as bigint), Date.now())

/** The sentences for the custom errors that a delegator can cause, by the name of the error. */
export const refusals: Readonly<Record<string, Tell>> = {
  RoundNotInitialized: () => ({
    sentence: 'This round is not initialized yet, so stakes cannot change.',
    nextStep: 'Initialize it for a network fee, or wait until a transcoder initializes it.',
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
  StakeExposed: ([former, untilBlock], round) => ({
    sentence: `You moved your stake from ${shortAddress(former as Address)} recently, so you cannot move it again yet.`,
    nextStep: `You can move it from ${when(round, untilBlock)} on. You can unstake at any time.`,
  }),
  StakeLocked: ([, withdrawBlock], round) => ({
    sentence: 'This stake cannot be withdrawn yet.',
    nextStep: `You can withdraw it from ${when(round, withdrawBlock)} on.`,
  }),
  UnknownLock: () => ({
    sentence: 'This stake was already withdrawn or staked again, or slashes have taken all of it.',
    nextStep: 'You may have withdrawn it or staked it again in another tab. The page shows your current stake.',
  }),
  ERC20InsufficientBalance: ([, balance]) => ({
    sentence: `Your wallet holds only ${formatLpt(balance as bigint)}.`,
    nextStep: 'Choose a smaller amount, or get more LPT first.',
  }),
  ERC20InsufficientAllowance: () => ({
    sentence: 'You allowed the contract to take less LPT than this amount.',
    nextStep: 'Try again, and do not change the amount in the wallet.',
  }),
  StakeDiluted: () => ({
    sentence: 'This transcoder was slashed so often that the contract cannot store more stake for it.',
    nextStep: 'Choose another transcoder.',
  }),
  RewardPending: ([transcoder], round) => ({
    sentence: `Your stake already got a reward in this round, and ${shortAddress(transcoder as Address)} has not minted its reward yet.`,
    nextStep: `Move your stake after that transcoder mints its reward, or in the next round, from ${when(round, round.endBlock)} on.`,
  }),
  OwnStake: () => ({
    sentence: 'A transcoder cannot move its own stake.',
    nextStep: 'Unstake it. After you withdraw it, you can stake it with another transcoder.',
  }),
  InsufficientSelfStake: ([, stake, min]) => ({
    sentence: `A transcoder needs an own stake of ${formatLpt(min as bigint)}, and your own stake would be only ${formatLpt(stake as bigint)}.`,
    nextStep: 'Choose a larger amount, or stake with another transcoder.',
  }),
  TooManyOwnLocks: ([max]) => ({
    sentence: `A transcoder can unstake its own stake in at most ${max} parts at the same time.`,
    nextStep: 'Withdraw one of the parts under “Unstaking”, or stake one part again. Then try again.',
  }),
  RewardsMissed: ([, missed]) => ({
    sentence: `You missed ${missed} rewards in a row, so you must be slashed before you can unstake.`,
    nextStep: 'Any account can call slashMissedReward with your address. Try again after that call.',
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
