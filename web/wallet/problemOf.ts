import { isLimited } from 'lp-relay'
import {
  BaseError,
  ChainMismatchError,
  ContractFunctionRevertedError,
  HttpRequestError,
  InsufficientFundsError,
  TimeoutError,
} from 'viem'
import type { Problem } from '../ui/Problem'
import { isDeclined } from './isDeclined'
import { NoWalletError } from './NoWalletError'

/** The name of the contract's custom error. Undefined for every other failure. */
export const revertNameOf = (error: unknown): string | undefined => revertOf(error)?.name

/** The contract's custom error with its arguments, in the order of the declaration. */
export function revertOf(error: unknown): { name: string; facts: readonly unknown[] } | undefined {
  const data = causeOf(error, ContractFunctionRevertedError)?.data
  return data && { name: data.errorName, facts: data.args ?? [] }
}

/** Whether the contract refused a call, also if the wallet or the node does not report the contract's error. */
export function isRefused(error: unknown): boolean {
  const reverted = causeOf(error, ContractFunctionRevertedError)
  return reverted !== undefined && isByContract(reverted)
}

/** Whether a call failed because the chain could not be reached. */
export const isChainAway = (error: unknown): boolean =>
  causeOf(error, HttpRequestError) !== undefined || causeOf(error, TimeoutError) !== undefined

/**
 * The sentence and the next step for a failure. If the error has a `problem`, returns this problem. Otherwise looks for a fault of the
 * wallet or the chain.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return error.problem as Problem
  if (!revertOf(error) && isDeclined(error))
    return {
      sentence: 'The transaction was declined in the wallet.',
      nextStep: 'Nothing was paid. Try again and confirm in the wallet.',
    }
  if (causeOf(error, InsufficientFundsError))
    return {
      sentence: 'The wallet holds too little ether for this transaction.',
      nextStep: 'Send more ether to the wallet, and try again.',
    }
  if (causeOf(error, NoWalletError) || isDisconnected(error))
    return {
      sentence: 'The wallet is not connected any more.',
      nextStep: 'Nothing was paid. Connect the wallet and try again.',
    }
  if (causeOf(error, ChainMismatchError))
    return {
      sentence: 'The wallet is on another network.',
      nextStep: 'Change the network in the wallet, and try again.',
    }
  if (isLimited(error))
    return {
      sentence: 'The RPC of the chain refused a request, because it limits the requests of this page.',
      nextStep: 'Wait a minute, and try again.',
    }
  if (isChainAway(error))
    return {
      sentence: 'The chain does not answer.',
      nextStep:
        'Check your connection. If you run the network on your own computer, check that npm start is still running.',
    }
  const reverted = causeOf(error, ContractFunctionRevertedError)
  if (reverted && isByContract(reverted))
    return {
      sentence: `The contract refused: ${withoutStop(reverted.data?.errorName ?? reverted.reason ?? 'no reason given')}.`,
      nextStep: 'Nothing was paid. Reload the page and try again.',
    }
  const text = reverted?.reason ?? (error instanceof BaseError ? error.details || error.shortMessage : undefined)
  return {
    sentence: 'The wallet or the chain reported an error.',
    nextStep: text ? `The error: ${withoutStop(text)}.` : 'Reload the page and try again.',
  }
}

/**
 * viem reports each error with code -32603 as a revert. The error is a revert only if it has data of the contract, or if its message names
 * a revert.
 */
const isByContract = ({ data, signature, raw, message }: ContractFunctionRevertedError): boolean =>
  data !== undefined ||
  signature !== undefined ||
  raw !== undefined ||
  /execution reverted|\brevert/i.test(message.split('\n').slice(1).join(' '))

const withoutStop = (text: string): string => text.trim().replace(/[.]+$/, '')

/** The first error of this class among an error and its causes. Undefined if there is none. */
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
