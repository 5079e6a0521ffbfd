import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMedia } from './media'
import { startPlain } from './plain'
import { play, type Source } from './play'
import { startSigned } from './signed'

export type Kind = 'signed' | 'plain'
export type Request = { id: number; action: 'mediaBytes' | 'block' | 'unblock' }
export type Ready = Pick<Source, 'link' | 'hintedLink' | 'playlist' | 'ports'> & { startMs: number }
/** `bytes`: the bytes of media that the origin has sent. */
export type Reply = { id: number; bytes: number }

/** Viewers join a stream that has run for this time, so that each player finds enough segments for its own distance from live. */
const pastMs = 30_000

/** A process that serves the recorded stream in real time. `startOrigin` starts it, and talks to it over Node's IPC. */
export default async function main([kind]: readonly string[]): Promise<void> {
  const media = await openMedia()
  const directory = await mkdtemp(join(tmpdir(), 'lp-bench-'))
  const source = kind === 'plain' ? await startPlain(media) : await startSigned(media, directory)
  const stopping = new AbortController()
  const { signal } = stopping
  const startMs = Date.now() - pastMs
  const close = async () => {
    stopping.abort()
    await source.close()
    await rm(directory, { recursive: true, force: true })
    process.exit()
  }
  play(source, { media, startMs, signal }).catch((error: Error) => {
    if (signal.aborted) return
    console.error(error)
    process.exit(1)
  })
  process.on('message', ({ id, action }: Request) => {
    if (action === 'block' || action === 'unblock') source.traffic.block(action === 'block')
    const reply: Reply = { id, bytes: source.traffic.mediaBytes }
    process.send?.(reply)
  })
  // The parent process has stopped the origin, or has ended.
  process.on('disconnect', () => void close())
  const { link, hintedLink, playlist, ports } = source
  process.send?.({ link, hintedLink, playlist, ports, startMs } satisfies Ready)
}
