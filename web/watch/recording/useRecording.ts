import { chainDirectory, StreamDirectory } from 'lp-relay'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { createClient } from 'viem'
import { chainOf, transportOf } from '../../config/chain'
import * as ShareLink from '../../config/ShareLink'
import { useConfig } from '../../config/useConfig'
import { chooseSharing } from '../sharingStore'
import { useSharing } from '../useSharing'
import type { WatchViewProps } from '../WatchView'
import { initialSnapshot, RecordingSession } from './RecordingSession'
import { stateOf } from './stateOf'

const never = () => () => undefined
const getNothing = () => initialSnapshot

/** Plays the recording of a stream. Needs no wallet. */
export function useRecording({ streamId, hints, isDamaged }: ShareLink.ShareLink): WatchViewProps {
  const config = useConfig()
  const videoRef = useRef<HTMLVideoElement>(null)
  const [session, setSession] = useState<RecordingSession>()
  const [attempt, setAttempt] = useState(0)
  const directory = useMemo(
    () => chainDirectory(createClient({ chain: chainOf(config), transport: transportOf(config, { batch: true }) })),
    [config],
  )
  const domain = useMemo(() => StreamDirectory.domainOf(config.chainId), [config])

  const servers = useMemo(
    () => ({ iceServers: config.iceServers, trackers: [...(config.trackers ?? []), ...hints.trackers] }),
    [config, hints],
  )
  const sharing = useSharing()
  const startS = useRef(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect does not read `attempt`, but each attempt needs a new session
  useEffect(() => {
    const video = videoRef.current
    if (!video) return
    const options = { streamId, domain, directory, servers, sharing, video }
    const session = new RecordingSession({ ...options, startS: startS.current })
    setSession(session)
    return () => {
      startS.current = video.currentTime
      session.close()
    }
  }, [streamId, domain, directory, servers, sharing, attempt])

  const snapshot = useSyncExternalStore(session?.subscribe ?? never, session?.getSnapshot ?? getNothing)
  const { bytesFromPeers, bytesFromRelays, bytesToPeers, peers, kept, picture } = snapshot
  return {
    state: stateOf(snapshot),
    levels: undefined,
    isUnverified: false,
    figures: {
      ...{ bytesFromPeers, bytesFromRelays, bytesToPeers, peers, kept },
      ...{ latencyMs: undefined, stalls: picture.stalls },
    },
    sharing: { sharing, onChange: chooseSharing },
    shareLink: ShareLink.create({ streamId, hints }),
    isLinkDamaged: isDamaged,
    videoRef,
    onRetry: () => setAttempt(attempt + 1),
  }
}
