import { deploymentOn } from '@lp/contracts/deployments'
import { ChequeTill, chequebookChain } from 'lp-relay'
import { type Address, isAddressEqual, type PublicClient } from 'viem'
import { lockStore } from '../payments/lockStore'
import { PaymentDatabase } from '../payments/PaymentDatabase'
import type { Problem } from '../ui/Problem'
import { markSold } from './saleMark'
import { sellerBps } from './salePrice'

/** The cheques with which viewers have paid one wallet for its streams, on the disk of this browser. */
export type Income = { till: ChequeTill; close(): void }

export type IncomeOptions = { client: PublicClient; chainId: number; wallet: Address }

/** Only for reading: another tab can take cheques at the same time. Rejects with `StoreError`, or the errors of `ChequeTill.open`. */
export async function readIncome({ client, chainId, wallet }: IncomeOptions): Promise<Income> {
  const store = await PaymentDatabase.open(nameOf({ chainId, wallet }))
  try {
    const till = await ChequeTill.open({
      ...{ store, chain: chequebookChain({ chainId, client }), nowMs: () => Date.now() },
      domain: { chainId, chequebook: deploymentOn(chainId).chequebook },
      isOurs: ({ beneficiary, splitBps }) => isAddressEqual(beneficiary, wallet) && splitBps === sellerBps,
    })
    return { till, close: () => store.close() }
  } catch (error) {
    store.close()
    throw error
  }
}

/** For a stream that is sold. Rejects as `readIncome`, and with `OtherTabError` or `UnsafeBrowserError`. */
export async function openIncome(options: IncomeOptions): Promise<Income> {
  const waiting = new AbortController()
  const onWait = () => waiting.abort(new OtherTabError())
  const release = await lockStore(nameOf(options), { signal: waiting.signal, onWait })
  try {
    const income = await readIncome(options)
    markSold()
    return {
      till: income.till,
      close() {
        income.close()
        release()
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

const nameOf = ({ chainId, wallet }: Pick<IncomeOptions, 'chainId' | 'wallet'>) =>
  `lp.income.${chainId}.${wallet.toLowerCase()}`

export class OtherTabError extends Error {
  override readonly name = 'Income.OtherTabError'
  readonly problem: Problem = {
    sentence: 'Another tab sells a stream for this wallet.',
    nextStep: 'Stop the stream in the other tab first, or make this stream free.',
  }
}
