import { logOf } from 'lp-relay/log'
import { type Address, type Hex, type TransactionReceipt, UserRejectedRequestError } from 'viem'
import { waitForTransactionReceipt } from 'viem/actions'
import type { Config as WagmiConfig } from 'wagmi'
import { simulateContract, type WriteContractParameters, writeContract } from 'wagmi/actions'
import { causeOf, revertOf } from '../wallet/problemOf'
import type { ContractCall } from './ContractCall'
import { TransactionError } from './TransactionError'

const log = logOf('act')

/** A call, and the request for the wallet to send it. */
export type Prepared = { call: ContractCall; account: Address; request: WriteContractParameters }

/** Prepares a call without a simulation: for calls whose success is already known. */
export const prepare = (config: WagmiConfig, call: ContractCall, account: Address): Prepared => ({
  call,
  account,
  request: { ...call, account, chainId: chainIdOf(config) } as WriteContractParameters,
})

/** Asks the chain whether the call would succeed now. Throws `TransactionError`, which names the refusal. */
export async function simulate(config: WagmiConfig, call: ContractCall, account: Address): Promise<Prepared> {
  try {
    const { request } = await simulateContract(config, { ...call, account, chainId: chainIdOf(config) })
    log.debug('simulated', () => ({ functionName: call.functionName }))
    return { call, account, request: request as WriteContractParameters }
  } catch (cause) {
    throw reported(new TransactionError({ functionName: call.functionName, stage: 'unsent', cause }))
  }
}

/**
 * Sends a prepared call without a second simulation, and waits for its block. `onSent` is called when the wallet has confirmed. Throws
 * `TransactionError`.
 */
export async function send(
  config: WagmiConfig,
  { call, account, request }: Prepared,
  onSent?: (hash: Hex) => void,
): Promise<TransactionReceipt> {
  const { functionName } = call
  const hash = await writeContract(config, request).catch(async (cause: unknown) => {
    throw reported(
      new TransactionError({
        functionName,
        stage: 'unsent',
        cause: await reasonOf(config, { call, account, cause }),
      }),
    )
  })
  log.debug('sent', () => ({ functionName, hash }))
  onSent?.(hash)
  // This is viem's function. For a reverted transaction, wagmi's function of the same name throws an error without the reason.
  // Timeout 0 waits without a limit.
  const receipt = await waitForTransactionReceipt(config.getClient(), { hash, timeout: 0 }).catch((cause: unknown) => {
    throw reported(new TransactionError({ functionName, stage: 'sent', cause }))
  })
  const { blockNumber } = receipt
  log.debug('in a block', () => ({ functionName, hash, blockNumber, status: receipt.status }))
  if (receipt.status === 'success') return receipt
  const cause = await reasonOf(config, { call, account, blockNumber, cause: undefined })
  throw reported(new TransactionError({ functionName, stage: 'reverted', cause }))
}

/**
 * The reason why a call failed. Wallets and nodes report a revert in many formats, and often without the contract's error. So this
 * function simulates the call after the failure. If the chain does not answer, the reason is `cause`.
 */
async function reasonOf(
  config: WagmiConfig,
  { call, account, cause, blockNumber }: { call: ContractCall; account: Address; cause: unknown; blockNumber?: bigint },
): Promise<unknown> {
  if (revertOf(cause) || causeOf(cause, UserRejectedRequestError)) return cause
  const question = { ...call, account, chainId: chainIdOf(config), ...(blockNumber !== undefined && { blockNumber }) }
  return simulateContract(config, question).then(
    () => cause,
    (error: unknown) => (revertOf(error) ? error : cause),
  )
}

/** Logs a failure and returns it. A refusal by the contract or the person is logged only for debugging, because it is not a fault. */
function reported(error: TransactionError): TransactionError {
  if (error.revert || causeOf(error.cause, UserRejectedRequestError))
    log.debug(error.message, () => ({ refusal: error.revert?.name ?? 'declined in the wallet' }))
  else log.fault(error)
  return error
}

/** The page is configured for exactly one chain. */
const chainIdOf = (config: WagmiConfig): number => config.chains[0].id
