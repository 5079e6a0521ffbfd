import { StreamId } from '@lp/contracts/protocol'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { useTransact } from '../act/useTransact'
import { useConfig } from '../config/useConfig'
import type { Problem } from '../ui/Problem'
import { useWakeLock } from '../ui/useWakeLock'
import { useWallet } from '../wallet/useWallet'
import type { BroadcastState } from './BroadcastState'
import type { BroadcastViewProps } from './BroadcastView'
import { chosenOf, useCover } from './cover/useCover'
import { useEarlyLink } from './early/useEarlyLink'
import type { PastBroadcast } from './PastBroadcast'
import { useLocalRecordings } from './recording/useLocalRecordings'
import type { Found } from './resume/findStored'
import type { StoredBroadcast } from './resume/StoredBroadcast'
import { useResume } from './resume/useResume'
import { useStored } from './resume/useStored'
import { Session } from './Session'
import type { SessionOptions } from './SessionOptions'
import { useDeposit } from './useDeposit'
import { useHistory } from './useHistory'
import { useIncome } from './useIncome'
import { useJobActions } from './useJobActions'
import { useLeaveGuard } from './useLeaveGuard'
import { useQuality } from './useQuality'
import { useRecordingChoice } from './useRecordingChoice'
import { useSaleChoice } from './useSaleChoice'
import { useSource } from './useSource'
import { useTopUp } from './useTopUp'

const idle: BroadcastState = { name: 'idle' }
const none: readonly RTCIceServer[] = []
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
  const cover = useCover()
  const local = useLocalRecordings()
  const sale = useSaleChoice()
  const { weiPerMinute } = sale
  const [session, setSession] = useState<Session>()
  const state = useSyncExternalStore(session?.subscribe ?? noSubscription, session?.getState ?? (() => idle))
  useLeaveGuard(session, state)
  const [isListed, setIsListed] = useState(false)
  const { early, ...earlyLink } = useEarlyLink({ isIdle: session === undefined })
  const isOn = state.name === 'starting' || state.name === 'live'
  useWakeLock(isOn)
  useEffect(() => {
    onAir.current = state.name === 'live' ? session : undefined
  }, [session, state.name])
  const liveJobId = state.name === 'live' ? state.figures.jobId : undefined
  const history = useHistory({ client, broadcaster: wallet.address, liveJobId })
  const jobActions = useJobActions({ client, wallet, history })
  const income = useIncome({ client, wallet: wallet.address, isIdle: !isOn })
  const deposit = useDeposit({ client, wallet, history, isIdle: !isOn })
  const topUp = useTopUp({ client, wallet, job: state.name === 'live' ? state.figures : undefined })

  const iceServers = config.iceServers ?? none
  const { close: onCaptured, choice: sourceChoice } = source
  const { begin: beginRecording } = local
  const start = useCallback(
    (
      options: Pick<
        SessionOptions,
        | 'broadcaster'
        | 'stream'
        | 'preset'
        | 'offer'
        | 'mayRecord'
        | 'stored'
        | 'weiPerMinute'
        | 'cover'
        | 'early'
        | 'isListed'
      >,
    ) =>
      setSession(
        new Session({
          client,
          transact,
          iceServers,
          onCaptured,
          sourceChoice,
          recording: beginRecording(),
          ...options,
        }),
      ),
    [client, transact, iceServers, onCaptured, sourceChoice, beginRecording],
  )
  const onGoLive = useCallback(() => {
    const { stream } = source
    if (!stream || !wallet.address || !offer || weiPerMinute === undefined) return
    // Other players cannot decrypt a recording of a paid stream.
    const mayRecord = recording.isAllowed && weiPerMinute === 0n
    const terms = { preset, offer, mayRecord, weiPerMinute, early, isListed, cover: chosenOf(cover) }
    start({ broadcaster: wallet.address, stream, ...terms })
  }, [start, source, wallet.address, preset, offer, recording.isAllowed, cover, early, isListed, weiPerMinute])
  const goOn = useCallback(
    (stored: StoredBroadcast, stream: MediaStream) => start({ ...termsOf(stored), stream }),
    [start],
  )
  const found = useStored(client, { isIdle: !session })
  const resume = useResume({ client, found, source, iceServers, start: goOn })

  return {
    state: session ? settledOr(state, history) : stateBefore(found.name, problem),
    history,
    found,
    resume,
    jobActions,
    deposit,
    topUp,
    income,
    source,
    quality,
    recording,
    cover,
    early: earlyLink,
    listing: {
      isListed: state.name === 'live' ? state.isListed : isListed,
      onChange: (isListed) => {
        setIsListed(isListed)
        session?.setListed(isListed)
      },
    },
    local,
    sale,
    wallet,
    onGoLive,
    onCancel: () => session?.cancel(),
    onStop: () => void session?.stop(),
    isReadingPrices,
    onReset: () => {
      setSession(undefined)
      setIsListed(false)
      refresh()
    },
  }
}

/** The terms of a stored broadcast. They were agreed before the reload of the page. */
const termsOf = (stored: StoredBroadcast) => ({
  ...{ stored, broadcaster: stored.broadcaster, mayRecord: StreamId.mayRecord(stored.streamId) },
  preset: { options: stored.terms.options, videoBitrate: stored.videoBitrate },
  offer: { ...stored.offer, pricePerUnit: stored.terms.pricePerUnit, relays: [] },
  // The page stores no paid stream.
  weiPerMinute: 0n,
})

/** The state while this tab has no broadcast. */
function stateBefore(found: Found['name'], problem: Problem | undefined): BroadcastState {
  if (found === 'elsewhere' || found === 'interrupted') return { name: found }
  return problem ? { name: 'failed', problem } : idle
}

/** Replaces the state by `settled` when the chain shows that the settlement is complete. */
function settledOr(state: BroadcastState, history: readonly PastBroadcast[]): BroadcastState {
  if (state.name !== 'settling' || state.isHandingOver) return state
  const { isHandingOver, ...ending } = state
  const past = history.find(({ broadcast }) => broadcast.jobId === state.figures.jobId)
  return past?.isSettled ? { ...ending, name: 'settled' } : state
}
