import { StreamDirectory } from 'lp-relay'
import type { Address, PublicClient } from 'viem'
import { openIncome } from './openIncome'
import type { PostedJob } from './postJob'
import { StreamSale } from './StreamSale'

export type PrepareSaleOptions = { client: PublicClient; broadcaster: Address; weiPerMinute: bigint }

/**
 * Opens the store for the cheques of viewers, until `signal` aborts. The result starts the sale of a stream. Rejects as `openIncome`, or with the error of
 * the chain.
 */
export async function prepareSale(
  { client, broadcaster: wallet, weiPerMinute }: PrepareSaleOptions,
  signal: AbortSignal,
): Promise<(posted: Pick<PostedJob, 'streamId' | 'streamKey'>) => Promise<StreamSale>> {
  const chainId = await client.getChainId()
  const income = await openIncome({ client, chainId, wallet })
  // The person may have cancelled in the meantime.
  if (signal.aborted) income.close()
  signal.throwIfAborted()
  let sale: StreamSale | undefined
  // The newest cheques wait for the chain.
  signal.addEventListener('abort', () => void Promise.resolve(sale?.taken).then(income.close), { once: true })
  const domain = StreamDirectory.domainOf(chainId)
  return async ({ streamId, streamKey }) => {
    sale = await StreamSale.open({ streamId, streamKey, domain, wallet, weiPerMinute, income })
    return sale
  }
}
