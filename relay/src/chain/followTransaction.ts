import {
  type Address,
  type Client,
  type Hex,
  isAddressEqual,
  type Transaction,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from 'viem'
import { getTransaction, getTransactionCount, getTransactionReceipt } from 'viem/actions'
import { logOf } from '../log'
import { transactionAt } from './transactionAt'
import { unless } from './unless'

const log = logOf('chain')

/** A transaction that a wallet has sent. The wallet chooses nonce and fees, and can replace the transaction later. */
export type WalletTransaction = {
  hash: Hex
  from: Address
  to: Address
  data: Hex
  value: bigint
  /**
   * The account's next nonce just before the page asked the wallet to send the transaction. It also counts the account's transactions in
   * the pool.
   */
  expectedNonce: number
}

/**
 * `mined`: a block holds the call. After a speed-up in the wallet, the receipt has another hash. `cancelled`: the account has
 * sent 0 wei to itself with the same nonce. `replaced`: the account has sent another transaction with the same nonce. `dropped`:
 * the chain and the pool have not known the transaction for `patienceMs`.
 */
export type Outcome =
  | { kind: 'mined' | 'cancelled' | 'replaced'; receipt: TransactionReceipt }
  | { kind: 'dropped'; receipt?: undefined }

/** Where a transaction waits. `nowhere`: the RPC does not know the transaction. */
export type Place = 'pool' | 'nowhere'

export type FollowTransactionOptions = {
  signal?: AbortSignal | undefined
  /** Called each time that the function looks at the chain, after the transaction has waited for longer than `slowMs`. */
  onSlow?: ((place: Place) => void) | undefined
  /** @defaultValue 60000 */
  slowMs?: number | undefined
  /**
   * The function gives up if the RPC fails for this time, or does not know the transaction for this time.
   * @defaultValue 120000
   */
  patienceMs?: number | undefined
}

/**
 * Follows a wallet's transaction until a block holds the transaction or another transaction with its nonce. A transaction in the pool
 * is followed without a time limit. Rejects with the last error if the RPC fails for `patienceMs`, and with the reason of `signal` if
 * the signal aborts.
 */
export async function followTransaction(
  client: Client,
  sent: WalletTransaction,
  { signal, onSlow, slowMs = 60_000, patienceMs = 120_000 }: FollowTransactionOptions = {},
): Promise<Outcome> {
  const { hash, from } = sent
  const startedAtMs = Date.now()
  let answeredAtMs = startedAtMs
  let knownAtMs = startedAtMs
  let isOvertaken = false
  let call: Call = { nonce: sent.expectedNonce, to: sent.to, input: sent.data, value: sent.value }

  const look = async (): Promise<Outcome | undefined> => {
    const receipt = await receiptOf(client, hash)
    if (receipt) return { kind: 'mined', receipt }
    const known = await getTransaction(client, { hash }).catch(unless(TransactionNotFoundError))
    if (known) {
      call = known
      knownAtMs = Date.now()
    }
    const isUsed = (await getTransactionCount(client, { address: from, blockTag: 'latest' })) > call.nonce
    // The block can come after the request for the receipt and before the request for the nonce. So the search for another transaction
    // begins only when a second look in a row finds the nonce used.
    const other = isUsed && isOvertaken ? await transactionAt(client, { address: from, nonce: call.nonce }) : undefined
    isOvertaken = isUsed
    if (other && other.hash !== hash) {
      const receipt = await receiptOf(client, other.hash)
      if (receipt) return { kind: kindOf(other, call), receipt }
    }
    const nowMs = Date.now()
    if (!known && nowMs - knownAtMs > patienceMs) return { kind: 'dropped' }
    if (nowMs - startedAtMs > slowMs) onSlow?.(known ? 'pool' : 'nowhere')
    return undefined
  }

  for (;;) {
    signal?.throwIfAborted()
    try {
      const outcome = await look()
      if (outcome) return outcome
      answeredAtMs = Date.now()
    } catch (error) {
      log.debug('the transaction cannot be followed now', () => ({ hash, error }))
      if (Date.now() - answeredAtMs > patienceMs) throw error
    }
    await pause(client.pollingInterval, signal)
  }
}

type Call = Pick<Transaction, 'nonce' | 'to' | 'input' | 'value'>

/** Compares the transaction that took the nonce with the transaction that was sent. */
function kindOf(other: Transaction, call: Call): 'mined' | 'cancelled' | 'replaced' {
  if (isSame(other.to, call.to) && other.input === call.input && other.value === call.value) return 'mined'
  return isSame(other.to, other.from) && other.value === 0n ? 'cancelled' : 'replaced'
}

const isSame = (one: Address | null, other: Address | null): boolean =>
  one !== null && other !== null && isAddressEqual(one, other)

const receiptOf = (client: Client, hash: Hex) =>
  getTransactionReceipt(client, { hash }).catch(unless(TransactionReceiptNotFoundError))

/** Resolves after `ms`, or when the signal aborts. */
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
