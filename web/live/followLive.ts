import { ServiceUri } from '@lp/contracts/protocol'
import { findLive, type LiveStream, readRelays, StreamDirectory } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Client } from 'viem'

const log = logOf('live')

const askEveryMs = 15_000
/** The registered relays change rarely. */
const relaysEveryMs = 300_000
/** Each question goes to other relays, so a stream stays for some questions. */
const keepMs = 60_000

export type Live =
  | { name: 'reading' }
  /** `answered`: whether a relay has answered the last question. */
  | { name: 'read'; streams: readonly LiveStream[]; answered: boolean }
  /** The chain does not answer. */
  | { name: 'failed' }

/** Calls `onLive` with the live streams until `signal` aborts. Asks nobody while the page is hidden. */
export async function followLive(
  client: Client,
  { chainId, signal, onLive }: { chainId: number; signal: AbortSignal; onLive(live: Live): void },
): Promise<void> {
  const seen = new Map<string, { stream: LiveStream; atMs: number }>()
  let relays: { uris: readonly string[]; atMs: number } | undefined
  while (!signal.aborted) {
    try {
      if (!relays || performance.now() - relays.atMs > relaysEveryMs)
        relays = { uris: await readRelays(client), atMs: performance.now() }
      const { streams, answered } = await findLive({
        ...{ relays: shuffle(relays.uris.filter(isOpen)), domain: StreamDirectory.domainOf(chainId), signal },
        readJob: (jobId) => StreamDirectory.readJob(client, jobId),
      })
      const nowMs = performance.now()
      for (const stream of streams) seen.set(stream.streamId, { stream, atMs: nowMs })
      for (const [streamId, { atMs }] of seen) if (nowMs - atMs > keepMs) seen.delete(streamId)
      const all = [...seen.values()].map(({ stream }) => stream).sort((a, b) => b.startedAtMs - a.startedAtMs)
      onLive({ name: 'read', streams: all, answered: answered > 0 })
    } catch (error) {
      if (signal.aborted) return
      log.debug('live streams not read', () => ({ error: (error as Error).message }))
      if (seen.size === 0) onLive({ name: 'failed' })
    }
    await nextTime(signal)
  }
}

const isOpen = (uri: string) => ServiceUri.isOpenToPage(uri, location.protocol)

function shuffle<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value)
}

/** Resolves after `askEveryMs` if the page is visible then, or as soon as it becomes visible. */
function nextTime(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    const look = () => void (document.hidden || timer !== undefined || end())
    timer = setTimeout(() => {
      timer = undefined
      look()
    }, askEveryMs)
    document.addEventListener('visibilitychange', look)
    signal.addEventListener('abort', end, { once: true })
  })
}
