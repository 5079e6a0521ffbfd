import { createPublisher, createTransport, StreamDirectory } from 'lp-relay'
import type { PublicClient } from 'viem'
import { removeEarly } from '../early/earlyStore'
import { untilAssigned } from '../untilAssigned'
import type { BroadcastStore } from './BroadcastStore'
import { readAgain } from './keep'
import { LiveElsewhereError, UnsentEndError } from './resumeProblems'
import type { StoredBroadcast } from './StoredBroadcast'
import { admitTab } from './tabLocks'
import { openKey } from './takeUp'

export type EndOptions = {
  client: PublicClient
  store: BroadcastStore | undefined
  iceServers: readonly RTCIceServer[]
  /** In milliseconds. @defaultValue 20000 */
  connectTimeoutMs?: number
}

/**
 * Ends an interrupted broadcast without a camera and without a transaction: sends the signed end to the transcoder. Throws
 * `LiveElsewhereError`, `EndedElsewhereError`, `LostKeyError`, `UnsentEndError`.
 */
export async function endStored({ jobId }: StoredBroadcast, options: EndOptions): Promise<void> {
  const { client, store, iceServers, connectTimeoutMs: timeoutMs = 20_000 } = options
  const closing = new AbortController()
  try {
    if ((await admitTab(closing.signal)) === 'busy') throw new LiveElsewhereError()
    const stored = await readAgain(jobId, store)
    const candidates = (await StreamDirectory.readCandidates(client, jobId)) ?? []
    const { publisher, leave } = createPublisher({
      ...{ jobId, streamId: stored.streamId, streamKey: await openKey(stored), candidates },
      ...{ fromSequence: stored.nextSequence, assignments: stored.assignments },
      domain: StreamDirectory.domainOf(stored.chainId),
      transport: 'RTCPeerConnection' in globalThis ? createTransport({ iceServers }) : undefined,
    })
    try {
      await untilAssigned(publisher, { timeoutMs, error: () => new UnsentEndError() })
      // The signed end is final, so the early link of this stream can start nothing any more.
      await removeEarly(stored.streamId)
      await publisher.stop(0)
    } finally {
      leave()
    }
    await store?.remove(jobId)
  } finally {
    closing.abort()
  }
}
