import {
  type Job,
  ProtocolError,
  StreamCover,
  type StreamId,
  StreamListing,
  type typedData,
} from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import * as Relay from '../client/Relay'
import { logOf } from '../log'
import type { LiveEntry } from '../records/LiveList'

const log = logOf('watch')

/** A stream that its broadcaster shows to everybody. Its signatures, and its job on chain, are right. */
export type LiveStream = {
  streamId: StreamId.StreamId
  jobId: Hex
  /** The account that pays for the job. */
  broadcaster: Address
  /** Unix time. */
  startedAtMs: number
  title: string | undefined
  /** A small JPEG in base64. */
  poster: string | undefined
  /** A relay has said this number. Nobody can check it. */
  viewers: number | undefined
}

export type FindLiveOptions = {
  /** The service URIs of the relays to ask. Only the first `maxRelays` are asked. */
  relays: readonly string[]
  domain: typedData.Domain
  /** Rejects if the chain does not have the job. */
  readJob(jobId: Hex): Promise<Pick<Job.Job, 'streamId' | 'over' | 'broadcaster'>>
  fetch?: typeof fetch
  signal: AbortSignal
  /** Default: the clock of this computer. */
  nowMs?: number
}

export const maxRelays = 8
/** The largest number of jobs that are read from the chain. */
const maxJobs = 64
/** A job costs a deposit. With this limit, an account needs many deposits to fill the page. */
const maxPerBroadcaster = 3

/**
 * Asks several relays for the streams that are live now. A relay can leave out streams and name wrong numbers of viewers, but it can neither
 * invent a stream nor displace the streams of other relays. Resolves with `answered`: the number of relays that have answered.
 */
export async function findLive({
  relays,
  domain,
  readJob,
  fetch = globalThis.fetch.bind(globalThis),
  signal,
  nowMs = Date.now(),
}: FindLiveOptions): Promise<{ streams: LiveStream[]; answered: number }> {
  const asked = relays.flatMap((uri) => Relay.at(uri, fetch) ?? []).slice(0, maxRelays)
  const answers = await Promise.all(asked.map((relay) => Relay.live(relay, signal).catch(refuse)))
  signal.throwIfAborted()
  const lists = answers.map((list) => list?.streams ?? [])
  const known = await newestOf(interleave(lists), { domain, nowMs })
  const checked = await Promise.all(known.slice(0, maxJobs).map((entry) => check(entry, { domain, readJob })))
  const counts = new Map<Address, number>()
  const streams = checked.flatMap((stream) => {
    const count = stream ? (counts.get(stream.broadcaster) ?? 0) : maxPerBroadcaster
    if (!stream || count >= maxPerBroadcaster) return []
    counts.set(stream.broadcaster, count + 1)
    return [stream]
  })
  return {
    streams: streams.sort((a, b) => b.startedAtMs - a.startedAtMs),
    answered: answers.filter((list) => list !== undefined).length,
  }
}

/** The first entry of each relay, then the second entry of each relay, and so on: so no relay takes the places of the others. */
function interleave<Entry>(lists: readonly (readonly Entry[])[]): Entry[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat()
}

/** For each stream its newest listing with a right signature, if the broadcaster still wants the stream to be shown. */
async function newestOf(
  entries: readonly LiveEntry[],
  { domain, nowMs }: { domain: typedData.Domain; nowMs: number },
): Promise<LiveEntry[]> {
  const newest = new Map<StreamId.StreamId, LiveEntry>()
  for (const entry of entries) {
    const { streamId, signedAtMs } = entry.listing
    if ((newest.get(streamId)?.listing.signedAtMs ?? -1n) >= signedAtMs) continue
    await StreamListing.verify(entry.listing, { domain, nowMs }).then(() => newest.set(streamId, entry), refuse)
  }
  return [...newest.values()].filter(({ listing }) => listing.isListed)
}

async function check(
  { listing, cover, viewers }: LiveEntry,
  { domain, readJob }: Pick<FindLiveOptions, 'domain' | 'readJob'>,
): Promise<LiveStream | undefined> {
  const { streamId, jobId, startedAtMs } = listing
  try {
    const job = await readJob(jobId)
    if (job.over || job.streamId.toLowerCase() !== streamId) throw new WrongJobError({ streamId, jobId })
    // A relay with a wrong cover does not take the stream from the page.
    const shown = cover && (await StreamCover.verify(cover, { streamId, domain }).then(() => cover, refuse))
    return {
      ...{ streamId, jobId, broadcaster: job.broadcaster, startedAtMs: Number(startedAtMs), viewers },
      ...{ title: shown?.title || undefined, poster: shown?.poster || undefined },
    }
  } catch (error) {
    refuse(error as Error)
    return undefined
  }
}

function refuse(error: Error): undefined {
  log.debug('answer about live streams refused', () => ({ error: error.message }))
}

export class WrongJobError extends ProtocolError {
  override readonly name = 'findLive.WrongJobError'
  constructor({ streamId, jobId }: { streamId: StreamId.StreamId; jobId: Hex }) {
    super('The job of the listed stream is over, or belongs to another stream.', {
      details: [`Stream: ${streamId}`, `Job: ${jobId}`],
    })
  }
}
