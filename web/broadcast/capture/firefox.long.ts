import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, openBrowser, picturesOf, segmentsOf } from '../../testbeds/captureBrowser'
import { expectDecodable, expectSound, expectSteady } from '../../testbeds/captureChecks'

const settings = { width: 640, height: 360, fps: 20, videoBitrate: 800_000 }

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser({ name: 'firefox' })
})

afterAll(async () => {
  await browser?.close()
})

describe('capturing in Firefox, where a page cannot read the frames of a track', () => {
  test('gives segments of pictures and sound while the tab is hidden', async () => {
    const recorded = await browser.runHidden('camera', { ms: 5_000, settings })
    expect(recorded.isHidden).toBe(true)
    const segments = segmentsOf(recorded)
    // Firefox delays the timers of a hidden tab, so the recording can last longer than 5 s.
    expect(segments.length).toBeGreaterThanOrEqual(3)
    const video = (await expectSound(segments)).filter(({ kind }) => kind === 'video')
    expectSteady(video)
    // Firefox does not tell a hidden page about new pictures. If the worker did not ask for them, the lane would repeat the last picture
    // three times a second.
    expect(video.length).toBeGreaterThan(5 * 5)
    expect(recorded.stats.repeated).toBeLessThan(recorded.stats.captured)
  })

  test('encodes black pictures while the person has turned the picture off', async () => {
    const recorded = await browser.run('camera', { ms: 4_400, offAfterMs: 2_200, settings })
    const segments = segmentsOf(recorded)
    await expectSound(segments)
    const pictures = await picturesOf(Buffer.concat(segments.map(({ data }) => data)))
    expect(Math.max(...pictures.map(({ luma }) => luma))).toBeGreaterThan(60)
    const off = pictures.filter(({ timeMs }) => timeMs > recorded.stoppedAtMs - 1_600)
    expect(off.length).toBeGreaterThan(2)
    expect(Math.max(...off.map(({ luma }) => luma))).toBeLessThan(20)
  })

  test('continues when the camera is lost, accepts another source, and ends when all sources are lost', async () => {
    const recorded = await browser.run('losses', { ms: 1_200 })
    const others = recorded.events.filter(({ type }) => !['begin', 'bytes', 'part', 'end'].includes(String(type)))
    expect(others[0]).toMatchObject({ type: 'source-lost', kind: 'video', error: 'device-unplugged' })
    expect(others.at(-1)).toMatchObject({ type: 'ended', reason: 'sources-lost' })
    expectSteady((await expectSound(segmentsOf(recorded))).filter(({ kind }) => kind === 'video'))
  })

  test('keeps the size of the encoded picture when the camera is turned', async () => {
    const segments = segmentsOf(await browser.run('reshaped', { ms: 4_500 }))
    expectSteady(await expectDecodable(segments))
    const pictures = await picturesOf(Buffer.concat(segments.map(({ data }) => data)))
    expect(new Set(pictures.map(({ width, height }) => `${width}×${height}`))).toEqual(new Set(['640×360']))
  })
})
