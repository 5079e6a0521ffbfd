import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Broadcast, broadcast, openScreen, type Screen } from '../testbeds/watchBrowser'

/** The relay changes a byte of one segment of the rendition. This is the sequence number of the segment. */
const changed = 7n

describe('watching a live stream with parts in Chromium', () => {
  let screen: Screen
  let camera: Broadcast

  beforeAll(async () => {
    screen = await openScreen()
    camera = await broadcast({
      count: 14,
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
    await screen.until(`seen.refused['Segment.WrongPayloadError'] === 1`)
    await screen.until('seen.videoHeight === 360')
    const back = await screen.until('seen.videoHeight === 180')
    expect(back).toMatchObject({ stalls: 0, refused: { 'Segment.WrongPayloadError': 1 } })
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

test('a stream plays in a browser that has neither WebAssembly nor functions that are newer than 2023', async () => {
  const screen = await openScreen({ switches: ['--js-flags=--noexpose-wasm'], before: withoutNewFunctions })
  const camera = await broadcast({ count: 8, past: 4, lie: (_, honest) => honest() })
  try {
    await screen.start(camera)
    const started = await screen.until('seen.startedAfterMs !== undefined')
    expect(await screen.until(`seen.currentTime > ${started.currentTime + 1}`)).toMatchObject({
      state: 'live',
      refused: {},
    })
  } finally {
    await screen.close()
    await camera.stop(false)
    await camera.relay.close()
  }
})
