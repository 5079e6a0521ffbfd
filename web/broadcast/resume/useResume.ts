import { useCallback, useEffect, useRef, useState } from 'react'
import type { Hex, PublicClient } from 'viem'
import type { Problem } from '../../ui/Problem'
import { problemFor } from '../startProblems'
import type { SourceControl } from '../useSource'
import { openStore } from './BroadcastStore'
import { endStored } from './endStored'
import type { Found } from './findStored'
import type { StoredBroadcast } from './StoredBroadcast'

export type Resume = {
  /** The page must ask for a screen, and not for the camera. */
  isScreen: boolean
  /** The page asks for the camera or the screen. */
  isOpening: boolean
  isEnding: boolean
  problem: Problem | undefined
  /** Goes on with the broadcast. Call this function in a click handler, because browsers open the dialog for a screen only after a click. */
  onResume(): void
  onEnd(): void
}

/** A broadcast that was live a moment ago goes on without a click. Later, the camera must not go on air without a click. */
const recentMs = 60_000
/** For this time after the page has opened, a broadcast goes on without a click. Later, it was interrupted in another tab. */
const openingMs = 5_000

/** Goes on with an interrupted broadcast, or ends it. `start`: called with the picture of the broadcast. */
export function useResume({
  client,
  found,
  source,
  iceServers,
  start,
}: {
  client: PublicClient
  found: Found
  source: Pick<SourceControl, 'stream' | 'opening' | 'reopen'>
  iceServers: readonly RTCIceServer[]
  start(stored: StoredBroadcast, stream: MediaStream): void
}): Resume {
  const stored = found.name === 'interrupted' ? found.stored : undefined
  const [ending, setEnding] = useState<Hex>()
  const [problem, setProblem] = useState<Problem>()
  const { stream, reopen } = source

  const onResume = useCallback(async () => {
    if (!stored) return
    const open = stream ?? (await reopen(stored.source))
    if (open) start(stored, open)
  }, [stored, stream, reopen, start])

  const openedAtMs = useRef(performance.now())
  const tried = useRef<Hex>(undefined)
  useEffect(() => {
    if (!stored || tried.current === stored.jobId) return
    tried.current = stored.jobId
    const isReload = performance.now() - openedAtMs.current < openingMs
    if (isReload && Date.now() - stored.storedAtMs < recentMs && stored.source.kind === 'camera') void onResume()
  }, [stored, onResume])

  async function onEnd() {
    if (!stored) return
    setEnding(stored.jobId)
    setProblem(undefined)
    try {
      await endStored(stored, { client, iceServers, store: openStore() })
    } catch (error) {
      setProblem(problemFor(error))
      setEnding(undefined)
    }
  }

  return {
    isScreen: stored?.source.kind === 'screen',
    isOpening: source.opening,
    isEnding: stored !== undefined && stored.jobId === ending,
    problem,
    onResume: () => void onResume(),
    onEnd: () => void onEnd(),
  }
}
