import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { useTransact } from '../wallet/useTransact'
import { useWallet } from '../wallet/useWallet'
import type { BroadcastState } from './BroadcastState'
import type { BroadcastViewProps } from './BroadcastView'
import { presetOf } from './presets'
import { Session } from './Session'
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

  const onGoLive = useCallback(() => {
    const { stream } = source
    if (!stream || !wallet.address || !offer) return
    setSession(
      new Session({ client, transact, broadcaster: wallet.address, stream, preset: presetOf(quality.presetId), offer }),
    )
  }, [client, transact, source, wallet.address, quality.presetId, offer])

  return {
    state: !session && problem ? { name: 'failed', problem } : state,
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
