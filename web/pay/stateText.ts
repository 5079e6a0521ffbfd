import type { PaymentSnapshot } from '../payments/PaymentSnapshot'
import type { PaymentState } from '../payments/PaymentState'
import type { Problem } from '../ui/Problem'
import { formatAmount } from '../wallet/amount'

/** The words for each state, at the right of the collapsed card. */
export const statusWords: Record<PaymentState, string> = {
  free: 'Free',
  allowance: 'Free for now',
  unpaid: 'Not paid',
  paying: 'Paying',
  limit: 'Limit reached',
  empty: 'Deposit used up',
  dear: 'Higher price',
  expired: 'Permission ended',
  elsewhere: 'Another tab pays',
  conflict: 'Another browser pays',
  failed: 'Payment failed',
}

/** The sentence for a state that keeps the person from watching, or soon will. */
const sentences: Partial<Record<PaymentState, Problem>> = {
  unpaid: {
    sentence: 'The free part of this stream is used up.',
    nextStep: 'Pay for the stream, or wait: the relay gives every viewer a little video free of charge.',
  },
  limit: { sentence: 'Your limit is reached, so this page pays nothing more.', nextStep: 'Raise the limit to go on.' },
  empty: { sentence: 'Your deposit does not cover the next payment.', nextStep: 'Top up to go on.' },
  dear: {
    sentence: 'A relay asks more than you have accepted.',
    nextStep: 'This page does not pay the higher price until you accept it.',
  },
  expired: {
    sentence: 'The permission of this browser to pay has ended, or ends within an hour.',
    nextStep: 'Give it again with “Top up or withdraw”.',
  },
  elsewhere: {
    sentence: 'Another tab pays from this deposit.',
    nextStep: 'Close the stream in the other tab. Only one tab at a time can pay.',
  },
  conflict: {
    sentence: 'The relay has a newer payment of this wallet, from another browser.',
    nextStep: 'Watch with the other browser, or pay with another wallet.',
  },
}

/** The page warns so many minutes before the money ends. */
export const warnMinutes = 5

/** The notice above the card. `undefined`: there is nothing to do. */
export function noticeOf({
  state,
  problem,
  minutesLeft,
  left,
  choice,
  promised,
}: PaymentSnapshot): Problem | undefined {
  if (state === 'failed') return problem
  if (state !== 'paying') return sentences[state]
  if (minutesLeft === undefined || minutesLeft >= warnMinutes || left === undefined) return undefined
  const isLimit = choice.limitWei !== undefined && choice.limitWei - promised <= left
  const minutes = Math.floor(minutesLeft)
  const time = minutes < 1 ? 'less than a minute' : minutes === 1 ? 'about a minute' : `about ${minutes} minutes`
  return {
    sentence: `${isLimit ? 'Your limit' : 'Your deposit'} lasts ${time} more.`,
    nextStep: isLimit ? 'Raise the limit to go on.' : `${formatAmount(left)} are left. Top up to go on.`,
  }
}
