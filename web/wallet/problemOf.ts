import {
  BaseError,
  ChainMismatchError,
  ContractFunctionRevertedError,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
  UserRejectedRequestError,
} from 'viem'

import type { Problem } from '../ui/Problem'
import { NoWalletError } from './NoWalletError'

/** The custom error with which a contract refused, by its name in Solidity; undefined for every other failure. */
export const revertNameOf = (error: unknown): string | undefined => revertOf(error)?.name

/** The same with its facts, in the order in which Solidity declares them. */
export function revertOf(error: unknown): { name: string; facts: readonly unknown[] } | undefined {
  const data = causeOf(error, ContractFunctionRevertedError)?.data
  return data && { name: data.errorName, facts: data.args ?? [] }
}

/** Whether a call failed only because the chain could not be reached. */
export const isChainAway = (error: unknown): boolean =>
  causeOf(error, HttpRequestError) !== undefined || causeOf(error, TimeoutError) !== undefined

/** Puts a failure of the wallet or the chain into a person's words. */
export function problemOf(error: unknown): Problem {
  if (causeOf(error, UserRejectedRequestError))
    return {
      sentence: 'The wallet was asked and said no.',
      nextStep: 'Nothing was paid. Try again and confirm in the wallet.',
    }
  if (causeOf(error, InsufficientFundsError))
    return {
      sentence: 'The wallet holds too little ether for this.',
      nextStep: 'Send it some more, or pick a lower quality; the deposit and the network fee must both fit.',
    }
  if (causeOf(error, NoWalletError) || isDisconnected(error))
    return {
      sentence: 'The wallet is not connected any more.',
      nextStep: 'Nothing was paid. Connect the wallet and try again.',
    }
  if (causeOf(error, ChainMismatchError))
    return { sentence: 'The wallet is on another network.', nextStep: 'Switch its network and try again.' }
  if (isChainAway(error))
    return {
      sentence: 'The chain does not answer.',
      nextStep: 'Check your connection. On your own machine, see whether npm start is still running.',
    }
  const reverted = causeOf(error, ContractFunctionRevertedError)
  if (reverted)
    return {
      sentence: `The contract refused: ${reverted.data?.errorName ?? reverted.reason ?? 'it gave no reason'}.`,
      nextStep: 'Nothing was paid. Reload the page and try again.',
    }
  return {
    sentence: 'The wallet or the chain reported an error.',
    nextStep: error instanceof BaseError ? `It says: ${error.shortMessage}` : 'Reload the page and try again.',
  }
}

/** The first cause of a kind; undefined without one. */
export function causeOf<Kind extends Error>(
  error: unknown,
  kind: abstract new (...args: never[]) => Kind,
): Kind | undefined {
  if (!(error instanceof BaseError)) return error instanceof kind ? error : undefined
  const found = error.walk((cause) => cause instanceof kind)
  return found instanceof kind ? found : undefined
}

/** wagmi does not export the class of this error. */
const isDisconnected = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConnectorNotConnectedError'
