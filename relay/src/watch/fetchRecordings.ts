import type { StreamId, typedData } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import { UnreachableError } from '../client/read'
import { Metainfo, type Recording } from '../recording'
import type { Candidate } from './Directory'

/** The recording of a stream that a relay offers. */
export type OfferedRecording = {
  recording: Recording.Recording
  info: Metainfo.Info
  /** The URL of the file. */
  webSeed: string
}

/**
 * Asks the relays of all candidates for the recording of a stream, and calls `onFound` with each valid answer. Calls `refuse` with the
 * error of each failed request and of each wrong answer. Resolves when all relays have answered or failed. Rejects only when `signal`
 * aborts.
 */
export async function fetchRecordings({
  streamId,
  candidates,
  domain,
  fetch = globalThis.fetch.bind(globalThis),
  signal,
  onAnswer,
  onFound,
  refuse,
}: {
  streamId: StreamId.StreamId
  candidates: readonly Candidate[]
  domain: typedData.Domain
  fetch?: typeof globalThis.fetch
  signal: AbortSignal
  /** Called with each candidate whose relay has answered, also if the relay has no recording. */
  onAnswer?(candidate: Candidate): void
  onFound(offered: OfferedRecording): void
  refuse(error: unknown): void
}): Promise<void> {
  const ask = async (candidate: Candidate) => {
    const relay = Relay.at(candidate.serviceUri, fetch)
    if (!relay) return
    try {
      const file = await Relay.recording(relay, { streamId, signal }).catch((error: unknown) => {
        if (!(error instanceof UnreachableError)) onAnswer?.(candidate)
        throw error
      })
      onAnswer?.(candidate)
      if (!file) return
      const info = Metainfo.infoOf(file)
      const recording = await Metainfo.verify(info, { streamId, domain })
      signal.throwIfAborted()
      onFound({ recording, info, webSeed: Relay.recordingUrl(relay, streamId) })
    } catch (error) {
      if (!signal.aborted) refuse(error)
    }
  }
  await Promise.all(candidates.map(ask))
  signal.throwIfAborted()
}
