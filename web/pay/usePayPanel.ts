import { useQuery } from '@tanstack/react-query'
import { type ChequebookAccount, chequebookCalls, readChequebook } from 'lp-relay'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Address, PublicClient } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { useFlow } from '../act/useFlow'
import { readSessionAddress } from '../payments/Purse'
import type { PaymentControl } from '../payments/ViewerPayments'
import { isChainAway, problemOf } from '../wallet/problemOf'
import { useWallet } from '../wallet/useWallet'
import { refusalOf } from './refusals'
import { actionOf, type TopUp, topUpOf } from './TopUp'
import { useWithdrawal } from './useWithdrawal'

const askAgainAfterMs = 3_000
/** The amount that the form suggests pays for an hour. */
const suggestedMinutes = 60n

/** The wallet and its deposit, beside the payments of the stream. Call this hook only inside `WalletProvider`. */
export function usePayPanel(payments: PaymentControl, client: PublicClient) {
  const wallet = useWallet()
  const { perMinute, keysPerMinute, isAccepted, choice } = useSyncExternalStore(
    payments.subscribe,
    payments.getSnapshot,
  )
  const chainId = client.chain?.id as number
  const calls = useMemo(() => chequebookCalls(chainId), [chainId])
  const issuer = wallet.address
  const key = useQuery({
    queryKey: ['session key', chainId, issuer],
    enabled: issuer !== undefined,
    queryFn: () => readSessionAddress({ client, chainId, issuer: issuer as Address }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { data, error } = useQuery({
    queryKey: ['chequebook', issuer, key.data],
    enabled: issuer !== undefined && key.data !== undefined,
    queryFn: async () => {
      const [account, block] = await Promise.all([
        readChequebook(client, { issuer: issuer as Address, key: key.data }),
        getBlockNumber(client),
      ])
      return { account, block }
    },
    refetchInterval: askAgainAfterMs,
  })
  const account = data?.account
  const flow = useFlow<TopUp>({
    ...{ wallet, block: data?.block, refusalOf },
    actionOf: (topUp) => account && actionOf(topUp, { account, calls }),
  })

  // The wallet has authorised the key, or has raised its cap: from now on, this browser pays from this deposit.
  const [wanted, setWanted] = useState<TopUp>()
  const isDone = wanted !== undefined && key.data === wanted.key && account !== undefined && hasAtLeast(account, wanted)
  useEffect(() => {
    if (!isDone || !issuer) return
    setWanted(undefined)
    payments.pay(issuer)
  }, [isDone, issuer, payments])

  const ask = (amount: bigint) => {
    if (!account || !key.data) return
    const topUp = topUpOf({ key: key.data, amount, account, nowSeconds: nowSeconds() })
    setWanted(topUp)
    flow.onAsk(topUp)
  }
  const readProblem = key.error ?? error
  const isPaying = issuer !== undefined && choice.issuer === issuer && (keysPerMinute === 0n || isAccepted)
  return {
    ...{ wallet, account, flow, isPaying },
    withdrawal: useWithdrawal({ calls, onAnnounce: () => isPaying && payments.stop() }),
    /** The deposit has money, but this browser does not pay from it, or its permission has ended. */
    mayPay: account !== undefined && account.deposit > account.withdrawal && (!isPaying || needsPermission(account)),
    suggestedWei: perMinute * suggestedMinutes,
    readProblem: readProblem && !isChainAway(readProblem) ? problemOf(readProblem) : undefined,
    onTopUp: ask,
    onPay() {
      if (account && needsPermission(account)) ask(0n)
      else if (issuer) payments.pay(issuer)
    },
    onStop: () => payments.stop(),
  }
}

const nowSeconds = () => BigInt(Math.floor(Date.now() / 1_000))

const hasAtLeast = ({ key }: ChequebookAccount, { cap, expiry }: TopUp) => key.cap >= cap && key.expiry >= expiry

/** Relays take no cheques of a key that ends within an hour. */
const needsPermission = ({ key }: ChequebookAccount) => key.expiry < nowSeconds() + 3_600n
