// The rig of watch.test.ts: a stream with two levels, and a real Chromium. A new segment is served every two seconds.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { MpegTs, Part } from '@lp/contracts/protocol'
import { domain, TestStream } from '../../relay/testbeds/TestStream'
import { type Liar, listen, type TestRelay } from '../../relay/testbeds/viewer'
import { openTestPages } from './openTestPages'
import type { Driver, Seen } from './watchPage'

const run = promisify(execFile)
const seconds = 2
const encoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '40', '-sc_threshold', '0']
const cut = ['-c:a', 'aac', '-f', 'segment', '-segment_time', `${seconds}`, '-segment_format', 'mpegts']

/** MPEG-TS segments of a test picture and a tone: a source with 360 lines and a rendition with 180 lines. */
export async function makeSegments(count: number): Promise<{ source: Buffer; rendition: Buffer }[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lp-watch-'))
  const lasting = ['-f', 'lavfi', '-t', `${count * seconds}`, '-i']
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error'],
    ...[...lasting, 'testsrc2=size=640x360:rate=20', ...lasting, 'sine=frequency=440:sample_rate=48000'],
    ...['-filter_complex', '[0:v]split[high][copy];[copy]scale=320:180[low]'],
    ...['-map', '[high]', '-map', '1:a', ...encoder, '-b:v', '700k', ...cut, join(folder, 'source%d.ts')],
    ...['-map', '[low]', '-map', '1:a', ...encoder, '-b:v', '200k', ...cut, join(folder, 'rendition%d.ts')],
  ])
  const segments = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({
      source: await readFile(join(folder, `source${index}.ts`)),
      rendition: await readFile(join(folder, `rendition${index}.ts`)),
    })),
  )
  await rm(folder, { recursive: true })
  return segments
}

/** Where the parts of a segment end, in bytes. */
function partEnds(source: Buffer, rendition: Buffer) {
  const endsOf = (segment: Buffer) => MpegTs.createPartReader(Part.targetDurationMs).push(segment)
  const others = endsOf(rendition)
  return endsOf(source).map(({ byteLength, durationMs }, index) => {
    const other = others[index]?.byteLength ?? rendition.length
    return { durationMs, source: byteLength, rendition: other }
  })
}

export type Broadcast = {
  stream: TestStream
  relay: TestRelay
  /** Makes and publishes this number of segments at once, as if their time had passed. Resolves to the number of the last segment. */
  rush(count: number): Promise<number>
  /** Stops the camera. If `sayEnd` is true, the stream key signs the end of the stream. */
  stop(sayEnd: boolean): Promise<void>
}

/**
 * Starts a camera that has already made `past` segments. Every two seconds, the camera adds a source segment and a rendition of it.
 * `hasParts`: whether the parts of a segment are published while the segment is recorded. If segment number
 * `past` has parts, resolves when the first of its parts is published.
 */
export async function broadcast({
  count,
  past,
  lie,
  hasParts = () => false,
}: {
  count: number
  past: number
  lie: Liar
  hasParts?: (sequenceNumber: number) => boolean
}): Promise<Broadcast> {
  const segments = await makeSegments(count)
  const stream = new TestStream()
  stream.options = { width: 640, height: 360, fps: 20, renditions: [{ height: 180, bitrate: 300_000 }] }
  const startMs = Date.now() - past * seconds * 1_000
  const stopping = new AbortController()
  let last = -1
  let rushedMs = 0
  let onPublished = () => {}
  const publish = async (number: number) => {
    const { source, rendition } = segments[number] as (typeof segments)[number]
    const startTimeMs = startMs + number * seconds * 1_000
    await stream.publish(number, { payload: source, startTimeMs })
    await stream.publish(number, { payload: rendition, startTimeMs, index: 0 })
    last = number
    onPublished()
  }
  for (let number = 0; number < past; number++) await publish(number)
  let onFirst = () => {}
  const first = new Promise<void>((resolve) => {
    onFirst = resolve
  })
  if (!hasParts(past)) onFirst()
  const running = (async () => {
    for (let number = past; number < count; number++) {
      const startTimeMs = startMs + number * seconds * 1_000
      // The relay gets a part or a segment shortly after the last frame of the part or segment.
      const recorded = (durationMs: number) =>
        wait(Math.max(0, startTimeMs + durationMs + 200 - rushedMs - Date.now()), undefined, {
          signal: stopping.signal,
        })
      const { source, rendition } = segments[number] as (typeof segments)[number]
      for (const { durationMs, ...ends } of hasParts(number) ? partEnds(source, rendition) : []) {
        await recorded(durationMs)
        const part = { startTimeMs, durationMs }
        await stream.publishPart(number, { ...part, bytes: source.subarray(0, ends.source) })
        await stream.publishPart(number, { ...part, bytes: rendition.subarray(0, ends.rendition), index: 0 })
        onFirst()
      }
      await recorded(seconds * 1_000)
      await publish(number)
    }
  })().catch(() => undefined)
  const relay = await listen(stream, lie)
  await first
  return {
    ...{ stream, relay },
    async rush(count) {
      const target = last + count
      rushedMs += count * seconds * 1_000
      while (last < target)
        await new Promise<void>((resolve) => {
          onPublished = resolve
        })
      return target
    },
    async stop(sayEnd) {
      stopping.abort()
      await running
      if (sayEnd) await stream.finish(last)
    },
  }
}

export type Screen = {
  start(broadcast: Broadcast): Promise<void>
  choose(level: string): Promise<void>
  pause(): Promise<void>
  play(): Promise<void>
  seekBy(seconds: number): Promise<void>
  goToLive(): Promise<void>
  look(): Promise<Seen>
  /** Waits until the expression about `seen` is true. Resolves to the state after that. */
  until(expression: string): Promise<Seen>
  close(): Promise<void>
}

/** Opens the test page in Chromium. `switches`: additional flags of Chromium. `before`: a script that runs before the page's scripts. */
export async function openScreen({
  switches = [],
  before = '',
}: {
  switches?: readonly string[]
  before?: string
} = {}): Promise<Screen> {
  const browser = await openTestPages('watchPage.html', { switches })
  const page = await browser.open(before)

  const call = <Name extends keyof Driver>(name: Name, ...input: Parameters<Driver[Name]>) =>
    page.evaluate(`driver.${name}(...${JSON.stringify(input)})`) as Promise<Awaited<ReturnType<Driver[Name]>>>
  return {
    start: ({ stream, relay }) =>
      call('start', { streamId: stream.streamId, domain, listing: stream.listing(relay.uri) }),
    choose: (level) => call('choose', level),
    pause: () => call('pause'),
    play: () => call('play'),
    seekBy: (seconds) => call('seekBy', seconds),
    goToLive: () => call('goToLive'),
    look: () => call('look'),
    async until(expression) {
      await page.waitForFunction(`(seen => ${expression})(driver.look())`, undefined, { polling: 100, timeout: 20_000 })
      return call('look')
    },
    close: () => browser.close(),
  }
}
