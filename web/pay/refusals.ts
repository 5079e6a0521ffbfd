import { refusalOf as actRefusalOf, type Refusal } from '../act/refusalOf'
import { formatMoment } from '../ui/formatMoment'
import type { Problem } from '../ui/Problem'

/** The sentences for the errors of the Chequebook contract that a viewer can cause, by the name of the error. */
export const refusals: Readonly<Record<string, Refusal>> = {
  AuthorityTooSmall: () => ({
    sentence: 'Another tab has changed the permission of this browser.',
    nextStep: 'Close this dialog and try again.',
  }),
  ZeroAmount: () => ({ sentence: 'The amount is zero.', nextStep: 'Enter an amount above zero.' }),
  NothingToWithdraw: () => ({
    sentence: 'Nothing is left to withdraw.',
    nextStep: 'Relays have cashed the rest, or you have withdrawn it in another tab.',
  }),
  TooEarly: ([possibleAt]) => ({
    sentence: 'The withdrawal is not possible yet.',
    nextStep: `Try again after ${formatMoment(Number(possibleAt as bigint) * 1_000, Date.now())}.`,
  }),
}

export const refusalOf = (error: unknown): Problem => actRefusalOf(error, refusals)
