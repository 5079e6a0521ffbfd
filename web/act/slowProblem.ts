import type { Place } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** The sentence for a transaction that waits longer than usual. */
export const slowProblem = (place: Place): Problem => problems[place]

const problems: Record<Place, Problem> = {
  pool: {
    sentence: 'The transaction is not in a block yet, and this takes longer than usual.',
    nextStep: 'You can speed the transaction up or cancel it in your wallet. This page notices the change.',
  },
  nowhere: {
    sentence: 'The network does not know the transaction yet.',
    nextStep: 'Check in your wallet whether the transaction was sent.',
  },
}
