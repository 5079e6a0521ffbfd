import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { StreamId } from '@lp/contracts/protocol'
import { createPublicClient, http } from 'viem'
import { anvil } from 'viem/chains'
import { domainOf } from '../../../relay/src/chain/StreamDirectory'
import { createWrtc } from '../../../relay/src/node/wrtc'
import { chainDirectory } from '../../../relay/src/watch'
import type { Life } from '../figures'
import { HeadlessViewer } from './HeadlessViewer'

export type Task = {
  /** The share link of the stream that the viewers watch. */
  link: string
  viewers: number
  seconds: number
  /** In each interval of this length, one viewer leaves and one viewer joins. */
  churnEveryS: number | undefined
}
/**
 * `begun` means that all viewers play, and that the process waits for the message that starts the measurement. The other message has the
 * result.
 */
export type Message = 'begun' | { all: Life[]; stayed: Life[] }

const joinEveryMs = 1_000
const settleMs = 15_000

/** Runs viewers in Node, with real WebRTC on loopback. This file runs in its own process. */
async function main({ link, viewers: count, seconds, churnEveryS }: Task): Promise<void> {
  const client = createPublicClient({ chain: anvil, transport: http(new URL('/rpc', link).href) })
  const streamId = StreamId.parse(link.split('/').at(-1) ?? '')
  const stream = { streamId, domain: domainOf(anvil.id), directory: chainDirectory(client) }
  const wrtc = createWrtc({ bindAddress: '127.0.0.1' })
  process.on('disconnect', () => process.exit())
  const send = (message: Message) => process.send?.(message)
  /**
   * The present viewers, oldest first, and their readings at the start of the measurement. For a viewer that joined later: its reading when
   * it joined.
   */
  const present = new Map<HeadlessViewer, Life['from']>()
  const join = async () => {
    const viewer = new HeadlessViewer({ ...stream, wrtc, onFailed: fail })
    present.set(viewer, viewer.reading)
    await viewer.ready
  }
  const lifeOf = ([viewer, from]: [HeadlessViewer, Life['from']]): Life => ({ from, to: viewer.reading })

  for (let number = 0; number < count; number++) await Promise.all([join(), wait(joinEveryMs)])
  await wait(settleMs)
  const asked = once(process, 'message')
  send('begun')
  await asked
  const begun = [...present.keys()]
  for (const viewer of begun) present.set(viewer, viewer.reading)
  const left: Life[] = []
  const endMs = performance.now() + seconds * 1_000
  while (churnEveryS && performance.now() + churnEveryS * 1_000 <= endMs) {
    const next = wait(churnEveryS * 1_000)
    const [oldest] = present as Iterable<[HeadlessViewer, Life['from']]>
    if (oldest) left.push(lifeOf(oldest))
    oldest?.[0].leave()
    if (oldest) present.delete(oldest[0])
    await join()
    await next
  }
  await wait(endMs - performance.now())
  const stayed = [...present].filter(([viewer]) => begun.includes(viewer)).map(lifeOf)
  send({ all: [...[...present].map(lifeOf), ...left], stayed })
  for (const viewer of present.keys()) viewer.leave()
  await once(process, 'disconnect')
}

function fail(error: Error): void {
  console.error(error)
  process.exit(1)
}

await main(JSON.parse(process.argv[2] ?? '{}'))
