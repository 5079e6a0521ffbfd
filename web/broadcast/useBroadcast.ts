import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { useTransact } from '../act/useTransact'
import { useConfig } from '../config/useConfig'
import { useWakeLock } from '../ui/useWakeLock'
import { useWallet } from '../wallet/useWallet'
import type { BroadcastState } from './BroadcastState'
import type { BroadcastViewProps } from './BroadcastView'
import type { PastBroadcast } from './PastBroadcast'
import { useLocalRecordings } from './recording/useLocalRecordings'
import { Session } from './Session'
import { useDeposit } from './useDeposit'
import { useHistory } from './useHistory'
import { useJobActions } from './useJobActions'
import { useLeaveGuard } from './useLeaveGuard'
import { useQuality } from './useQuality'
import { useRecordingChoice } from './useRecordingChoice'
import { useSource } from './useSource'
import { useTopUp } from './useTopUp'

const idle: BroadcastState = { name: 'idle' }
const noSubscription = () => () => undefined

/** Call this hook only inside `WalletProvider`. */
export function useBroadcast(): BroadcastViewProps {
  const client = usePublicClient() as PublicClient
  const config = useConfig()
  const wallet = useWallet()
  const transact = useTransact()
  const onAir = useRef<Session>(undefined)
  const source = useSource(onAir)
  const { quality, preset, offer, problem, isReadingPrices, refresh } = useQuality(client, {
    ...{ broadcaster: wallet.address, stream: source.stream, onAir },
  })
  const recording = useRecordingChoice()
  const local = useLocalRecordings()
  const [session, setSession] = useState<Session>()
  const state = useSyncExternalStore(session?.subscribe ?? noSubscription, session?.getState ?? (() => idle))
  useLeaveGuard(session, state)
  const isOn = state.name === 'starting' || state.name === 'live'
  useWakeLock(isOn)
  useEffect(() => {
    onAir.current = state.name === 'live' ? session : undefined
  }, [session, state.name])
  const liveJobId = state.name === 'live' ? state.figures.jobId : undefined
  const history = useHistory({ client, broadcaster: wallet.address, liveJobId })
  const jobActions = useJobActions({ client, wallet, history })
  const deposit = useDeposit({ client, wallet, history, isIdle: !isOn })
  const topUp = useTopUp({ client, wallet, job: state.name === 'live' ? state.figures : undefined })

  const onGoLive = useCallback(() => {
    const { stream, close } = source
    if (!stream || !wallet.address || !offer) return
    setSession(
      new Session({
        ...{ client, transact, broadcaster: wallet.address, stream, preset, offer, mayRecord: recording.isAllowed },
        iceServers: config.iceServers ?? [],
        recording: local.begin(),
        onCaptured: close,
      }),
    )
  }, [client, config, transact, source, wallet.address, preset, offer, recording.isAllowed, local.begin])

  return {
    state: !session && problem ? { name: 'failed', problem } : settledOr(state, history),
    history,
    jobActions,
    deposit,
    topUp,
    source,
    quality,
    recording,
    local,
    wallet,
    onGoLive,
    onCancel: () => session?.cancel(),
    onStop: () => void session?.stop(),
    isReadingPrices,
    onReset: () => {
      setSession(undefined)
      refresh()
    },
  }
}

/** Replaces the state by `settled` when the chain shows that the settlement is complete. */
function settledOr(state: BroadcastState, history: readonly PastBroadcast[]): BroadcastState {
  if (state.name !== 'settling' || state.isHandingOver) return state
  const { isHandingOver, ...ending } = state
  const past = history.find(({ broadcast }) => broadcast.jobId === state.figures.jobId)
  return past?.isSettled ? { ...ending, name: 'settled' } : state
}
