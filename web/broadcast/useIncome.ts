import { useQuery } from '@tanstack/react-query'
import { chequebookCalls } from 'lp-relay'
import { useMemo, useState } from 'react'
import type { Address, PublicClient } from 'viem'
import { useDirectAction } from '../act/useDirectAction'
import type { Problem } from '../ui/Problem'
import { payableOf } from './payableOf'
import { hasSold } from './saleMark'
import { incomeOf } from './salePrice'

export type IncomeControl = {
  /** What viewers have paid and the wallet has not collected yet, without the transcoders' part, in wei. */
  dueWei: bigint
  isBusy: boolean
  problem: Problem | undefined
  /** Cashes the cheques of viewers in one transaction, as many as fit. */
  onCollect(): void
}

const askAgainAfterMs = 10_000
/** More cheques could need more gas than a block has. The next click collects the others. */
const maxCheques = 50

/** The income of paid streams that this browser holds cheques for. `isIdle`: no stream is live or starting. */
export function useIncome({
  client,
  wallet,
  isIdle,
}: {
  client: PublicClient
  wallet: Address | undefined
  isIdle: boolean
}): IncomeControl {
  const chainId = client.chain?.id as number
  const calls = useMemo(() => chequebookCalls(chainId), [chainId])
  const { isBusy, problem, run } = useDirectAction()
  const { data = [], refetch } = useQuery({
    queryKey: ['income', chainId, wallet],
    enabled: wallet !== undefined && isIdle && hasSold(),
    queryFn: async () => {
      const { readIncome } = await import('./sale')
      const { till, close } = await readIncome({ client, chainId, wallet: wallet as Address })
      close()
      return payableOf(till.cheques)
    },
    refetchInterval: askAgainAfterMs,
  })
  const [isReading, setIsReading] = useState(false)
  const collect = async () => {
    setIsReading(true)
    // Newer cheques may have come since the page read them last.
    const { data: held = [] } = await refetch().finally(() => setIsReading(false))
    const due = held.slice(0, maxCheques).map(({ cheque }) => cheque)
    if (due.length > 0) await run(calls.cashBatch(due))
  }
  return {
    ...{ isBusy: isBusy || isReading, problem },
    dueWei: incomeOf(data.reduce((sum, { wei }) => sum + wei, 0n)),
    onCollect: () => void collect(),
  }
}
