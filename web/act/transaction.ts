import { followTransaction, type Place } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import { type Address, encodeFunctionData, type Hex, isHash, type TransactionReceipt } from 'viem'
import { estimateGas, getTransactionCount } from 'viem/actions'
import type { Config as WagmiConfig } from 'wagmi'
import { simulateContract, type WriteContractParameters, writeContract } from 'wagmi/actions'
import { declinedSilently, isDeclined } from '../wallet/isDeclined'
import { isRefused, revertOf } from '../wallet/problemOf'
import type { ContractCall } from './ContractCall'
import { type Stage, TransactionError } from './TransactionError'

const log = logOf('act')

/** A call, and the request that makes the wallet send it. */
export type Prepared = { call: ContractCall; account: Address; request: WriteContractParameters }

/** Prepares a call without a simulation. Use it for calls that are already known to succeed, or that cannot be simulated yet. */
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

/** The events of a transaction before it is in a block or has failed. */
export type Watching = {
  /** The wallet has sent the transaction, and the transaction waits for its block. */
  onSent?: ((hash: Hex) => void) | undefined
  /**
   * The transaction waits longer than usual. `nowhere`: the RPC does not know the transaction. Called repeatedly until the
   * transaction is in a block or has failed.
   */
  onSlow?: ((place: Place) => void) | undefined
  /** `slowMs` and `patienceMs` replace the default times of `followTransaction`. */
  slowMs?: number | undefined
  patienceMs?: number | undefined
}

/**
 * Sends a prepared call without a second simulation, and waits for its block. If the person speeds the transaction up in the wallet, the
 * receipt has another hash. Throws `TransactionError`, also when the person cancels the transaction or the mempool drops it.
 */
export async function send(
  config: WagmiConfig,
  { call, account, request }: Prepared,
  { onSent, ...watching }: Watching = {},
): Promise<TransactionReceipt> {
  const { functionName } = call
  const failed = (stage: Stage, cause: unknown) => reported(new TransactionError({ functionName, stage, cause }))
  const client = config.getClient()
  const askWallet = async (): Promise<unknown> => {
    const gas = await gasOf(config, { call, account })
    return writeContract(config, (gas === undefined ? request : { ...request, gas }) as WriteContractParameters)
  }
  const nextNonce = () => getTransactionCount(client, { address: account, blockTag: 'pending' })
  const expectedNonce = await nextNonce().catch((cause: unknown) => {
    throw failed('unsent', cause)
  })
  const hash = await askWallet().catch(async (cause: unknown) => {
    // Some wallets send the transaction, and then report an error. A simulation would fail now because of the transaction itself.
    const nonce = isDeclined(cause) ? expectedNonce : await nextNonce().catch(() => expectedNonce)
    if (nonce > expectedNonce) throw failed('sent', cause)
    const reason = await reasonOf(config, { call, account, cause })
    if (reason !== undefined || !isRefused(cause)) throw failed('unsent', reason ?? cause)
    // The call was refused at one block, and would succeed now: for example, a new round was initialized in the meantime.
    return askWallet().catch((again: unknown) => {
      throw failed('unsent', again)
    })
  })
  if (!hash) throw failed('unsent', declinedSilently())
  if (typeof hash !== 'string' || !isHash(hash)) throw failed('sent', new NoHashError())
  log.debug('sent', () => ({ functionName, hash }))
  onSent?.(hash)
  const transaction = { hash, from: account, ...transactionOf(call) }
  const { kind, receipt } = await followTransaction(client, { ...transaction, expectedNonce }, watching).catch(
    (cause: unknown) => {
      throw failed('sent', cause)
    },
  )
  log.debug(kind, () => ({ functionName, hash, by: receipt?.transactionHash, blockNumber: receipt?.blockNumber }))
  if (kind !== 'mined') throw failed(kind, undefined)
  if (receipt.status === 'success') return receipt
  const { blockNumber } = receipt
  throw failed('reverted', await reasonOf(config, { call, account, blockNumber }))
}

/**
 * The gas limit: the estimate plus a quarter of it, because a new round or other transactions in the same block can increase the gas that the
 * call needs. Unused gas costs nothing. `undefined` if the chain gives no estimate: then the wallet reports the reason.
 */
const gasOf = (
  config: WagmiConfig,
  { call, account }: Pick<Prepared, 'call' | 'account'>,
): Promise<bigint | undefined> =>
  estimateGas(config.getClient(), { account, ...transactionOf(call) }).then(
    (gas) => gas + gas / 4n,
    () => undefined,
  )

const transactionOf = (call: ContractCall) => ({
  to: call.address,
  data: encodeFunctionData(call),
  value: call.value ?? 0n,
})

/**
 * The reason why a call failed. Wallets and nodes report a revert in many formats, and often without the contract's error. So this
 * function simulates the call after the failure. If the chain does not answer, the reason is `cause`. `undefined`: the call would
 * succeed now.
 */
async function reasonOf(
  config: WagmiConfig,
  {
    call,
    account,
    cause,
    blockNumber,
  }: { call: ContractCall; account: Address; cause?: unknown; blockNumber?: bigint },
): Promise<unknown> {
  if (revertOf(cause) || isDeclined(cause)) return cause
  const question = { ...call, account, chainId: chainIdOf(config), ...(blockNumber !== undefined && { blockNumber }) }
  return simulateContract(config, question).then(
    () => undefined,
    (error: unknown) => (revertOf(error) ? error : cause),
  )
}

/** Logs a failure and returns it. A refusal by the contract or the person is logged only for debugging, because it is not a fault. */
function reported(error: TransactionError): TransactionError {
  if (error.revert || error.stage === 'cancelled' || isDeclined(error.cause))
    log.debug(error.message, () => ({ refusal: error.revert?.name ?? 'declined in the wallet' }))
  else log.fault(error)
  return error
}

/** The page is configured for exactly one chain. */
const chainIdOf = (config: WagmiConfig): number => config.chains[0].id

export class NoHashError extends Error {
  override readonly name = 'Act.NoHashError'
  constructor() {
    super('The wallet answered without the hash of a transaction.')
  }
}
