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

/**
 * The button of a notice. `watch`: pays for a paid stream if this browser can, or opens the panel. `pay`, `topUp`, `deposit`: opens the panel with the
 * wallet. `accept`: accepts the price. `limit`: opens the card, which has
 * the limit.
 */
export type NoticeAction = 'watch' | 'pay' | 'topUp' | 'deposit' | 'accept' | 'limit'

/** The words on the buttons; the button of `accept` has the price. */
export const actionWords: Record<Exclude<NoticeAction, 'accept'>, string> = {
  watch: 'Pay and watch',
  pay: 'Pay for the stream',
  topUp: 'Top up',
  deposit: 'Open the deposit',
  limit: 'Change the limit',
}

export type PaymentNotice = Problem & { action?: NoticeAction }

/** The notice of a state that keeps the person from watching, or soon will. */
const notices: Partial<Record<PaymentState, PaymentNotice>> = {
  limit: {
    sentence: 'Your limit is reached, so this page pays nothing more.',
    nextStep: 'Raise the limit to go on.',
    action: 'limit',
  },
  empty: {
    sentence: 'Your deposit does not cover the next payment.',
    nextStep: 'Top up to go on.',
    action: 'topUp',
  },
  dear: {
    sentence: 'A relay asks more than you have accepted.',
    nextStep: 'This page does not pay the higher price until you accept it.',
    action: 'accept',
  },
  expired: {
    sentence: 'The permission of this browser to pay has ended, or ends within an hour.',
    nextStep: 'Press “Pay from this deposit” to give it again.',
    action: 'deposit',
  },
  elsewhere: {
    sentence: 'Another tab pays from this deposit.',
    nextStep: 'Close the stream in the other tab. Only one tab at a time can pay.',
  },
  conflict: {
    sentence: 'The relay has a newer payment of this wallet, from another browser.',
    nextStep: 'Watch with the other browser, or pay with another wallet.',
    action: 'deposit',
  },
}

/** The page warns so many minutes before the money ends. */
export const warnMinutes = 5

/** The notice above the card. `undefined`: there is nothing to do. */
export function noticeOf(snapshot: PaymentSnapshot): PaymentNotice | undefined {
  const { state, problem, perMinute } = snapshot
  if (state === 'failed') return problem && { ...problem, action: 'deposit' }
  if (state === 'unpaid' && snapshot.keysPerMinute > 0n)
    return {
      sentence: `This stream costs ${formatAmount(perMinute)} a minute.`,
      nextStep: 'You pay for each ten seconds before you see them, and you can stop at any time.',
      action: 'watch',
    }
  if (state === 'unpaid')
    return {
      sentence: 'No relay sends you this stream free of charge now.',
      nextStep: `Pay for the stream, at most ${formatAmount(perMinute)} a minute. Or wait: many relays give each viewer some video free of charge.`,
      action: 'pay',
    }
  return state === 'paying' ? warningOf(snapshot) : notices[state]
}

function warningOf({ minutesLeft, left, choice, promised }: PaymentSnapshot): PaymentNotice | undefined {
  if (minutesLeft === undefined || minutesLeft >= warnMinutes || left === undefined) return undefined
  const minutes = Math.floor(minutesLeft)
  const time = minutes < 1 ? 'less than a minute' : minutes === 1 ? 'about a minute' : `about ${minutes} minutes`
  return choice.limitWei !== undefined && choice.limitWei - promised <= left
    ? { sentence: `Your limit lasts ${time} more.`, nextStep: 'Raise the limit to go on.', action: 'limit' }
    : {
        sentence: `Your deposit lasts ${time} more.`,
        nextStep: `${formatAmount(left)} are left. Top up to go on.`,
        action: 'topUp',
      }
}
