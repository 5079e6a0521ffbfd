import { chainDirectory, isRegistered, StreamDirectory, sourceName } from 'lp-relay'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { createClient } from 'viem'
import { chainOf, transportOf } from '../config/chain'
import * as ShareLink from '../config/ShareLink'
import { useConfig } from '../config/useConfig'
import { coverOf } from './Cover'
import { chooseSharing } from './sharingStore'
import { stateOf } from './stateOf'
import { usePaymentState } from './usePaymentState'
import { useSharing } from './useSharing'
import { initialSnapshot, WatchSession } from './WatchSession'
import type { WatchViewProps } from './WatchView'

const never = () => () => undefined
const getNothing = () => initialSnapshot

/** Watches the stream of a share link. Needs no wallet. `isEmbedded`: the player is in a foreign page. */
export function useWatch(
  { streamId, hints, latencyS, soonUntilMs, isDamaged }: ShareLink.ShareLink,
  { isEmbedded = false } = {},
): WatchViewProps {
  const config = useConfig()
  const videoRef = useRef<HTMLVideoElement>(null)
  const [session, setSession] = useState<WatchSession>()
  const [attempt, setAttempt] = useState(0)
  const [chosen, setChosen] = useState('auto')
  const sharing = useSharing({ isEmbedded })

  const client = useMemo(
    () => createClient({ chain: chainOf(config), transport: transportOf(config, { batch: true }) }),
    [config],
  )
  const domain = useMemo(() => StreamDirectory.domainOf(config.chainId), [config])

  // With a layout effect, the session sends its first requests before the browser draws the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect does not read `attempt`, but each attempt needs a new session
  useLayoutEffect(() => {
    const video = videoRef.current
    if (!video) return
    const directory = chainDirectory(client)
    // A foreign page could cover the player, so the person would not see what this browser pays.
    const payer = { chainId: config.chainId, client, isRelay: isRegistered(client), canPay: !isEmbedded }
    const link = { streamId, hints, latencyS, expectedUntilMs: soonUntilMs }
    const session = new WatchSession({ ...link, directory, domain, servers: config, video, payer })
    setSession(session)
    return () => session.close()
  }, [streamId, hints, latencyS, soonUntilMs, client, domain, config, attempt, isEmbedded])

  useEffect(() => session?.choose(chosen), [session, chosen])
  useEffect(() => session?.share(sharing), [session, sharing])

  const segmentToCheck = useCallback(() => {
    const segment = session?.segmentOnScreen()
    return segment && { ...segment, streamId, domain, client }
  }, [session, streamId, domain, client])

  // `LivePast` stays the same object, so that the bar does not begin to read again with each change of the page.
  const past = useMemo(
    () => session && { read: () => session.timeline, seek: (ms: number) => session.seek(ms) },
    [session],
  )

  const readTotals = useCallback(() => (session?.getSnapshot() ?? initialSnapshot).stream, [session])

  const snapshot = useSyncExternalStore(session?.subscribe ?? never, session?.getSnapshot ?? getNothing)
  const { stream, playing } = snapshot
  const { bytesFromPeers, bytesFromRelays, bytesToPeers, peers } = stream
  const payment = usePaymentState(snapshot.payments)
  return {
    state: stateOf({ ...snapshot, isUnpaid: payment === 'unpaid' }),
    levels: {
      // Without Media Source Extensions, the video element chooses the level itself.
      available: playing.isUnverified
        ? []
        : stream.levels.map(({ name, height }) => ({ id: name, height, isSource: name === sourceName })),
      chosen,
      playing: playing.level,
      onChoose: setChosen,
    },
    cover: coverOf(stream),
    isUnverified: playing.isUnverified,
    timeShift: playing.timeShift,
    figures: {
      bytesFromPeers,
      bytesFromRelays,
      bytesToPeers,
      peers,
      latencyMs: playing.latencyMs,
      stalls: playing.stalls,
      viewers: snapshot.viewers,
    },
    readTotals,
    payments: snapshot.payments,
    sharing: { sharing, onChange: chooseSharing },
    shareLink: ShareLink.create({ streamId, hints, ...(stream.state === 'soon' && { soonUntilMs }) }),
    isLinkDamaged: isDamaged,
    videoRef,
    onRetry: () => setAttempt(attempt + 1),
    // The check needs the plaintext, which the relay serves only for drawn segments.
    ...(stream.sale ? {} : { segmentToCheck }),
    onGoToLive: () => session?.goToLive(),
    past: past?.read() && past,
  }
}
