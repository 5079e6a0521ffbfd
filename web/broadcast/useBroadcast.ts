import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { useTransact } from '../act/useTransact'
import { useWallet } from '../wallet/useWallet'
import type { BroadcastState } from './BroadcastState'
import type { BroadcastViewProps } from './BroadcastView'
import { presetOf } from './presets'
import { Session } from './Session'
import type { Settling } from './Settling'
import { useDeposit } from './useDeposit'
import { useErrands } from './useErrands'
import { useHistory } from './useHistory'
import { useQuality } from './useQuality'
import { useSource } from './useSource'

const idle: BroadcastState = { name: 'idle' }
const noSubscription = () => () => undefined

/** Inside `WalletProvider` only. */
export function useBroadcast(): BroadcastViewProps {
  const client = usePublicClient() as PublicClient
  const wallet = useWallet()
  const transact = useTransact()
  const source = useSource()
  const { quality, offer, problem, isAsking, askAgain } = useQuality(client, wallet.address)
  const [session, setSession] = useState<Session>()
  const state = useSyncExternalStore(session?.subscribe ?? noSubscription, session?.getState ?? (() => idle))
  useGoodBye(session, state)
  const isOn = state.name === 'starting' || state.name === 'live'
  const liveJobId = state.name === 'live' ? state.figures.jobId : undefined
  const history = useHistory({ client, broadcaster: wallet.address, liveJobId })
  const errands = useErrands({ client, wallet, history })
  const deposit = useDeposit({ client, wallet, history, isIdle: !isOn })

  const onGoLive = useCallback(() => {
    const { stream } = source
    if (!stream || !wallet.address || !offer) return
    setSession(
      new Session({ client, transact, broadcaster: wallet.address, stream, preset: presetOf(quality.presetId), offer }),
    )
  }, [client, transact, source, wallet.address, quality.presetId, offer])

  return {
    state: !session && problem ? { name: 'failed', problem } : settledOr(state, history),
    history,
    errands,
    deposit,
    source,
    quality,
    wallet,
    onGoLive,
    onStop: () => void session?.stop(),
    isAsking,
    onReset: () => {
      setSession(undefined)
      askAgain()
    },
  }
}

/** The page has nothing to do for it; the chain says when all is paid. */
function settledOr(state: BroadcastState, history: readonly Settling[]): BroadcastState {
  if (state.name !== 'settling' || state.isTelling) return state
  const { figures } = state
  const settling = history.find(({ broadcast }) => broadcast.jobId === figures.jobId)
  return settling?.isSettled ? { name: 'settled', figures } : state
}

/** A closed tab ends the stream; the browser asks before that while it is live. */
function useGoodBye(session: Session | undefined, { name }: BroadcastState) {
  useEffect(() => {
    if (!session || name !== 'live') return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    const leave = () => session.abandon()
    window.addEventListener('beforeunload', ask)
    window.addEventListener('pagehide', leave)
    return () => {
      window.removeEventListener('beforeunload', ask)
      window.removeEventListener('pagehide', leave)
    }
  }, [session, name])
}
