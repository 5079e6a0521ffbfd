import { type Address, type Client, isAddressEqual, type Transaction } from 'viem'
import { getBlock, getBlockNumber, getTransactionCount } from 'viem/actions'

/**
 * Finds in the chain the transaction that an account sent with this nonce. `undefined`: no block holds such a transaction. Searches backward
 * from the newest block, so the number of requests grows with the logarithm of the transaction's age.
 */
export async function transactionAt(
  client: Client,
  { address, nonce }: { address: Address; nonce: number },
): Promise<Transaction | undefined> {
  const isUsedAt = async (blockNumber: bigint) => (await getTransactionCount(client, { address, blockNumber })) > nonce
  let used = await getBlockNumber(client, { cacheTime: 0 })
  if (!(await isUsedAt(used))) return undefined
  let unused = used
  for (let step = 1n; unused > 0n; step *= 2n) {
    unused = used > step ? used - step : 0n
    if (!(await isUsedAt(unused))) break
    used = unused
  }
  while (used - unused > 1n) {
    const middle = (used + unused) / 2n
    if (await isUsedAt(middle)) used = middle
    else unused = middle
  }
  const { transactions } = await getBlock(client, { blockNumber: used, includeTransactions: true })
  return transactions.find((found) => found.nonce === nonce && isAddressEqual(found.from, address)) as
    | Transaction
    | undefined
}
