import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, openBrowser, picturesOf, segmentsOf, soundOf } from '../../testbeds/captureBrowser'
import { expectDecodable, expectSound, expectSteady, LONGEST_GAP_MS } from '../../testbeds/captureChecks'

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
})

afterAll(async () => {
  await browser.close()
})

describe('capturing camera and microphone', () => {
  test('gives segments without gaps; each segment can be decoded alone, and arrives in chunks while it is recorded', async () => {
    const recorded = await browser.run('camera', { ms: 7_000 })
    const segments = segmentsOf(recorded)
    expect(recorded).toMatchObject({ width: 1280, height: 720, videoCodec: expect.stringMatching(/^avc1\./) })
    expect(segments.length).toBeGreaterThanOrEqual(4)

    const packets = await expectSound(segments)
    const video = packets.filter((packet) => packet.kind === 'video')
    expect(video.length).toBe(recorded.stats.encoded)
    expectSteady(video)
    for (const segment of segments.slice(0, -1)) {
      expect(Math.abs(segment.durationMs - 2_000)).toBeLessThan(LONGEST_GAP_MS)
      expect(segment.chunks.length).toBeGreaterThan(5)
      const firstChunk = segment.chunks[0]
      expect(segment.endedAtMs - (firstChunk?.atMs ?? 0)).toBeGreaterThan(500)
    }
    const recordedMs = segments.reduce((total, segment) => total + segment.durationMs, 0)
    expect(Math.abs(1_000 + recordedMs - recorded.stoppedAtMs)).toBeLessThan(LONGEST_GAP_MS)
  })

  test('continues while the code of the page blocks the main thread', async () => {
    const packets = await expectSound(segmentsOf(await browser.run('busyPage', { ms: 2_000 })))
    expectSteady(packets.filter((packet) => packet.kind === 'video'))
  })

  test('continues when the camera is lost, accepts another source, and ends when all sources are lost', async () => {
    const recorded = await browser.run('losses', { ms: 1_200 })
    const others = recorded.events.filter(({ type }) => !['begin', 'bytes', 'part', 'end'].includes(String(type)))
    expect(others[0]).toMatchObject({ type: 'source-lost', kind: 'video', error: 'device-unplugged' })
    expect(
      others
        .slice(1, 3)
        .map((event) => 'kind' in event && event.kind)
        .sort(),
    ).toEqual(['audio', 'video'])
    expect(others.at(-1)).toMatchObject({ type: 'ended', reason: 'sources-lost' })
    const packets = await expectSound(segmentsOf(recorded))
    expectSteady(packets.filter((packet) => packet.kind === 'video'))
  })
})

describe.concurrent('capturing only video or only sound', () => {
  test('gives video without sound', async () => {
    const segments = segmentsOf(await browser.run('camera', { ms: 3_000, microphone: false }))
    const packets = await expectDecodable(segments)
    expect(packets.every(({ kind }) => kind === 'video')).toBe(true)
    expectSteady(packets)
  })

  test('gives sound without video', async () => {
    const segments = segmentsOf(await browser.run('camera', { ms: 3_000, camera: false }))
    const packets = await expectSound(segments)
    expect(packets.every(({ kind }) => kind === 'audio')).toBe(true)
    expect(segments[0]?.durationMs).toBeGreaterThan(1_990)
  })
})

describe.concurrent('capturing a screen', () => {
  test('gives the picture of the screen, and one track with the sound of the screen and of the microphone', async () => {
    const recorded = await browser.run('screen', { ms: 2_500 })
    expect(recorded).toMatchObject({ tracks: ['audio', 'video'], missing: [] })
    const packets = await expectSound(segmentsOf(recorded))
    expect(packets.some(({ kind }) => kind === 'video')).toBe(true)
  })

  test('gives a few pictures a second while the screen does not change, and ends each segment after 2 s', async () => {
    const recorded = await browser.run('still', { ms: 4_500 })
    expect(recorded.stats.captured).toBeLessThan(3)
    const segments = segmentsOf(recorded)
    const packets = await expectDecodable(segments)
    expectSteady(packets)
    expect(segments.length).toBe(3)
    expect(packets.length).toBeGreaterThanOrEqual(recorded.stats.captured + 6)
  })

  test('keeps the size of the encoded picture when the screen changes its shape', async () => {
    const recorded = await browser.run('reshaped', { ms: 4_500 })
    const segments = segmentsOf(recorded)
    expectSteady(await expectDecodable(segments))
    const pictures = await picturesOf(Buffer.concat(segments.map(({ data }) => data)))
    expect(new Set(pictures.map(({ width, height }) => `${width}×${height}`))).toEqual(new Set(['640×360']))
    // The upright picture fills 32 % of the frame. The rest of the frame is black.
    const lumas = pictures.map(({ luma }) => luma).sort((a, b) => a - b)
    expect(lumas.at(0)).toBeLessThan(0.6 * (lumas.at(-1) ?? 0))
  })
})

describe('the times of sound and picture', () => {
  test('differ by less than 120 ms if the sample rate of the sound is 44.1 kHz', async () => {
    const segments = segmentsOf(await browser.run('flashAndTone', { ms: 3_500, sampleRate: 44_100 }))
    await expectSound(segments)
    const all = Buffer.concat(segments.map(({ data }) => data))
    const pictures = await picturesOf(all)
    const flashes = pictures.filter(({ luma }, index) => luma > 128 && (pictures[index - 1]?.luma ?? 255) < 128)
    const sound = await soundOf(all)
    expect(flashes.length).toBeGreaterThanOrEqual(3)
    const offsetsMs = flashes.map(({ timeMs }) => Math.abs(nearestOnsetMs(sound, timeMs - 1_000) + 1_000 - timeMs))
    // The test page itself is sometimes one or two pictures late, so the test compares the median. With a wrong sample rate, the
    // difference grows by 88 ms in each second.
    expect(offsetsMs.sort((a, b) => a - b)[Math.floor(offsetsMs.length / 2)]).toBeLessThan(120)
  })

  test('are correct for the sound, although the sound encoder adds priming samples', async () => {
    const [segment] = segmentsOf(await browser.run('tone'))
    const sound = await soundOf(segment?.data ?? Buffer.alloc(0))
    expect(Math.abs(nearestOnsetMs(sound, 500) - 500)).toBeLessThan(3)
  })
})

describe('capturing in a browser', () => {
  test('finds in Chromium all browser functions that a capture needs', async () => {
    const support = await browser.run('support')
    expect(support).toMatchObject({
      ok: true,
      problems: [],
      videoCodec: expect.stringMatching(/^avc1\./),
    })
  })

  test('measures how many pictures a second the encoder makes', async () => {
    expect(await browser.run('speed', { width: 640, height: 360 })).toBeGreaterThan(1)
  })

  test('writes a recording into a file of the browser, which the page can read and delete', async () => {
    const name = 'lp-2026-11-30-10-42-15.ts'
    expect(await browser.run('recording', { name, chunks: ['one ', 'two ', 'three'] })).toEqual({
      ...{ state: { name, bytes: 13, isClosed: true }, listed: [{ name, bytes: 13 }], text: 'one two three', left: [] },
    })
  })

  test('reads what the camera can give, and asks it for a larger picture', async () => {
    const { before, after } = await browser.run('picture', { width: 1920, height: 1080, fps: 30 })
    // The test camera of Chromium gives 20 pictures a second, also if the page asks for another number.
    expect(before?.now).toEqual({ width: 1280, height: 720, fps: 20 })
    expect(before?.most.fps).toBe(20)
    expect(before?.most.height).toBeGreaterThanOrEqual(1080)
    expect(after?.now).toEqual({ width: 1920, height: 1080, fps: 20 })
  })

  test('lists the cameras with their names, and the microphones', async () => {
    const { cameras, microphones } = await browser.run('devices')
    expect(cameras[0]?.label).toContain('fake')
    expect(microphones.length).toBeGreaterThan(0)
  })

  test.each([
    ['there is no camera', { hasDevices: false }, 'no-camera'],
    ['the broadcaster refuses', { isAllowed: false }, 'permission-refused'],
  ])('says what to do when %s', async (_, setting, reason) => {
    const other = await openBrowser(setting)
    const refusal = await other.run('refusal')
    await other.close()
    expect(refusal).toMatchObject({ reason, nextStep: expect.stringMatching(/^[A-Z].*\.$/) })
  })
})

/** The time at which a tone starts after silence. If there are several such times, the time that is nearest to `aroundMs`. */
function nearestOnsetMs(sound: Float32Array, aroundMs: number): number {
  const loudMs: number[] = []
  for (let at = 0; at < sound.length; at++) if (Math.abs(sound[at] ?? 0) > 0.1) loudMs.push(at / 48)
  const onsets = loudMs.filter((ms, index) => ms - (loudMs[index - 1] ?? Number.NEGATIVE_INFINITY) > 100)
  return onsets.sort((a, b) => Math.abs(a - aroundMs) - Math.abs(b - aroundMs))[0] ?? Number.NaN
}
