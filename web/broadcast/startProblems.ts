import { ServiceUri } from '@lp/contracts/protocol'
import type { StreamDirectory } from 'lp-relay'
import { InsufficientFundsError } from 'viem'
import { TransactionError } from '../act/TransactionError'
import type { Problem } from '../ui/Problem'
import { causeOf, problemOf } from '../wallet/problemOf'
import { CaptureError } from './capture/CaptureError'
import { missingAddress } from './missingAddress'

/** The problem that the page shows when a stream has failed. */
export const problemFor = (error: unknown): Problem => {
  if (error instanceof CaptureError) return { sentence: error.shortMessage, nextStep: error.nextStep }
  if (causeOf(error instanceof TransactionError ? error.cause : error, InsufficientFundsError)) return tooLittleEther
  return problemOf(error)
}

/** The problem that the page shows when the person has cancelled the start. `after`: the wallet had already sent the transaction. */
export const cancelled: Record<'before' | 'after', Problem> = {
  before: {
    sentence: 'You have not gone live.',
    nextStep:
      'Decline the transaction in your wallet. If you confirm it later, you pay the network fee, and the deposit stays yours.',
  },
  after: {
    sentence: 'You have not gone live.',
    nextStep:
      'The deposit stays yours. If your job is already on chain, you paid the network fee, and you can end the job under “Your broadcasts”.',
  },
}

const tooLittleEther: Problem = {
  sentence: 'The wallet holds too little ether for the deposit and the network fee.',
  nextStep: 'Send more ether to the wallet, or choose a lower quality.',
}

export class UnansweredError extends Error {
  override readonly name = 'Session.UnansweredError'
  readonly problem: Problem
  constructor({ candidates }: { candidates: number }) {
    super('No drawn transcoder took the job.')
    const sentence =
      candidates === 1
        ? 'The drawn transcoder does not answer.'
        : `None of the ${candidates} drawn transcoders answers.`
    this.problem = {
      sentence,
      nextStep:
        'You paid the network fee, and the deposit stays yours. Try again: the next draw may choose other transcoders.',
    }
  }
}

/** Throws `UnreachableDrawnError` if the browser does not let this page reach any of the drawn transcoders. */
export function assertReachable(
  candidates: readonly StreamDirectory.Candidate[],
  pageProtocol: string = location.protocol,
): void {
  const isReachable = ({ serviceUri }: StreamDirectory.Candidate) =>
    serviceUri !== undefined && ServiceUri.isOpenToPage(serviceUri, pageProtocol)
  if (!candidates.some(isReachable)) throw new UnreachableDrawnError(pageProtocol)
}

export class UnreachableDrawnError extends Error {
  override readonly name = 'Session.UnreachableDrawnError'
  readonly problem: Problem
  constructor(pageProtocol: string) {
    super('This page cannot reach any drawn transcoder.')
    this.problem = {
      sentence: `The draw named only transcoders that this page cannot reach, because their relays have ${missingAddress(pageProtocol)}.`,
      nextStep: 'Your deposit is safe. Try again: the next draw may choose other transcoders.',
    }
  }
}
