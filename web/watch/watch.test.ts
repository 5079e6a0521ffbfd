import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Broadcast, broadcast, openScreen, type Screen } from '../testbeds/watchBrowser'

/** The relay changes a byte of one segment of the rendition. This is the sequence number of the segment. `undefined`: of no segment. */
let changed: bigint | undefined

describe('the player of a live stream with parts in Chromium', () => {
  let screen: Screen
  let camera: Broadcast

  beforeAll(async () => {
    screen = await openScreen()
    camera = await broadcast({
      count: 60,
      past: 4,
      hasParts: () => true,
      async lie(path, honest) {
        const answer = await honest()
        const { stream } = camera
        const found = stream.publications(0).find(({ sequenceNumber }) => sequenceNumber === changed)
        // The page can request the whole segment or pieces of the segment.
        const paths = found && [`/payload/${found.dataHash}`, `/segments/${found.streamId}/${changed}?`]
        if (!paths?.some((start) => path.startsWith(start))) return answer
        return {
          ...answer,
          body: Uint8Array.from(answer.body as Uint8Array, (byte, at) => (at === 999 ? byte ^ 1 : byte)),
        }
      },
    })
  })

  afterAll(async () => {
    await screen?.close()
    await camera?.stop(false)
    await camera?.relay.close()
  })

  test('starts, and plays without a stall, at most two seconds behind the camera', async () => {
    await screen.start(camera)
    const started = await screen.until('seen.startedAfterMs !== undefined && seen.latencyMs !== undefined')
    const later = await screen.until(`seen.currentTime > ${started.currentTime + 4}`)
    expect(later).toMatchObject({ state: 'live', stalls: 0, refused: {}, level: 'source', videoHeight: 360 })
    expect(later.decodedFrames - started.decodedFrames).toBeGreaterThan(60)
    expect(later.bytesFromRelays).toBeGreaterThan(started.bytesFromRelays)
    // On a busy machine, the page starts with a larger latency, and plays faster until the latency is small enough.
    expect(await screen.until('seen.latencyMs <= 2_000')).toMatchObject({ stalls: 0 })
  })

  test('changes to a chosen quality without a stall', async () => {
    await screen.choose('180p')
    const seen = await screen.until('seen.videoHeight === 180')
    expect(seen).toMatchObject({ state: 'live', stalls: 0 })
  })

  test('plays the source instead of a segment with a changed byte, and goes back to the chosen quality', async () => {
    // A segment that the page has not requested yet, however slow this machine is.
    changed = (camera.stream.publications(0).at(-1)?.sequenceNumber ?? 0n) + 3n
    await screen.until(`seen.refused['Segment.WrongPayloadError'] === 1`)
    await screen.until('seen.videoHeight === 360')
    const back = await screen.until('seen.videoHeight === 180')
    expect(back).toMatchObject({ stalls: 0, refused: { 'Segment.WrongPayloadError': 1 } })
  })

  /**
   * Makes `count` segments, and waits until the viewer has heard of them. Resolves to the numbers of the segments that began after the
   * call.
   */
  const pass = async (count: number) => {
    const last = await camera.rush(count)
    const after = (path: string) => Number(new URL(path, camera.relay.uri).searchParams.get('after') ?? -1)
    await vi.waitUntil(() => camera.relay.asked.some((path) => after(path) >= last), { timeout: 20_000 })
    return Array.from({ length: count - 1 }, (_, index) => last - index)
  }
  /** Whether the page has requested bytes of a segment. */
  const isLoaded = (number: number) => {
    const segments = [...camera.stream.publications(), ...camera.stream.publications(0)]
    const hashes = segments
      .filter((segment) => segment.sequenceNumber === BigInt(number))
      .map(({ dataHash }) => dataHash)
    return camera.relay.asked.some((path) => [`/${number}?`, ...hashes].some((name) => path.includes(name)))
  }

  test('holds the picture of a paused stream and loads nothing, and goes on with this picture after the pause', async () => {
    await screen.pause()
    const { currentTime, stalls } = await screen.look()
    const passed = await pass(6)
    expect(await screen.look()).toMatchObject({ currentTime, state: 'live' })
    expect(passed.filter(isLoaded)).toEqual([])
    await screen.play()
    const seen = await screen.until(`seen.currentTime > ${currentTime + 1}`)
    // A jump would have moved the picture by more than ten seconds.
    expect(seen.currentTime).toBeLessThan(currentTime + 8)
    expect(seen).toMatchObject({ state: 'live', timeShift: 'behind', stalls })
    await vi.waitUntil(() => passed.every(isLoaded), { timeout: 20_000 })
  })

  test('goes on with the picture after a pause of more than half a minute, with segments that the relay has stored', async () => {
    await screen.pause()
    const paused = await screen.look()
    const passed = await pass(18)
    expect(await screen.look()).toMatchObject({ currentTime: paused.currentTime, state: 'live' })
    expect(passed.filter(isLoaded)).toEqual([])
    await screen.play()
    const seen = await screen.until(
      `seen.isPast && seen.state === 'live' && seen.shownMs > ${Number(paused.shownMs) + 1_000}`,
    )
    expect(seen.shownMs).toBeLessThan(Number(paused.shownMs) + 8_000)
    expect(seen).toMatchObject({ timeShift: 'behind', problem: undefined, refused: paused.refused })
  })

  test('seeks back, stays behind live, and jumps to live only if the person wants this', async () => {
    const { shownMs } = await screen.look()
    await screen.seekBy(-10)
    const back = await screen.until(`seen.shownMs < ${Number(shownMs) - 4_000} && seen.state === 'live'`)
    const later = await screen.until(`seen.shownMs > ${Number(back.shownMs) + 3_000}`)
    expect(later.currentTime - back.currentTime).toBeLessThan(6)
    await screen.goToLive()
    const live = await screen.until(
      `!seen.isPast && seen.state === 'live' && seen.shownMs > ${Number(shownMs) + 20_000}`,
    )
    expect(live.timeShift).toBe('none')
  })

  test('plays to the end of the stream, and then has the state `ended`', async () => {
    await camera.stop(true)
    const seen = await screen.until(`seen.state === 'ended'`)
    expect(seen).toMatchObject({ isFinished: true, stalls: 0 })
  })
})

/** Removes functions that old browsers do not have. `web/substitutes.ts` has substitutes for them. */
const withoutNewFunctions = `
  delete AbortSignal.any
  delete AbortSignal.timeout
  delete Promise.withResolvers
  delete URL.canParse
  delete String.prototype.isWellFormed
`

const fastClock = `
  const { now } = Date
  Date.now = () => now() + 60_000
`

test('a stream plays in a browser that has neither WebAssembly nor functions that are newer than 2023, and with a wrong clock the latency is not known', async () => {
  const before = withoutNewFunctions + fastClock
  const screen = await openScreen({ switches: ['--js-flags=--noexpose-wasm'], before })
  const camera = await broadcast({ count: 8, past: 4, lie: (_, honest) => honest() })
  try {
    await screen.start(camera)
    const started = await screen.until('seen.startedAfterMs !== undefined')
    expect(await screen.until(`seen.currentTime > ${started.currentTime + 1}`)).toMatchObject({
      ...{ state: 'live', refused: {} },
      latencyMs: undefined,
    })
  } finally {
    await screen.close()
    await camera.stop(false)
    await camera.relay.close()
  }
})

test('a page connects to the tracker while it looks for the stream, and not only after the first picture', async () => {
  const screen = await openScreen()
  // The relay never names a segment, so there is no picture.
  const camera = await broadcast({
    ...{ count: 2, past: 1 },
    lie: (path, honest) => (path.startsWith('/segments/') ? Promise.resolve(undefined) : honest()),
  })
  try {
    await screen.start(camera)
    await vi.waitUntil(() => camera.relay.tracker.stats().peers === 1, { timeout: 20_000 })
    expect(await screen.look()).toMatchObject({ startedAfterMs: undefined, state: 'connecting' })
  } finally {
    await screen.close()
    await camera.stop(false)
    await camera.relay.close()
  }
})
