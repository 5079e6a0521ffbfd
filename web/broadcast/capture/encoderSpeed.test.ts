import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isFastEnough, type Measure, measureSpeed } from './encoderSpeed'

const shapes = [
  { width: 1280, height: 720, fps: 30, bitrate: 2_500_000 },
  { width: 1920, height: 1080, fps: 30, bitrate: 5_000_000 },
  { width: 640, height: 360, fps: 30, bitrate: 1_000_000 },
]

let stored: Map<string, string>
beforeEach(() => {
  stored = new Map()
  vi.stubGlobal('navigator', { userAgent: 'test' })
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A computer with these speeds, by the number of lines. `measured`: the lines of the measured shapes. */
function computer(speeds: Record<number, number | undefined>) {
  const measured: number[] = []
  const measure: Measure = async ({ height }) => {
    measured.push(height)
    return speeds[height]
  }
  return { measured, measure }
}

describe('measureSpeed', () => {
  it('measures the largest picture first, and no smaller picture after the encoder is fast enough', async () => {
    const { measured, measure } = computer({ 1080: 25, 720: 60 })
    const speedOf = await measureSpeed(shapes, measure)
    expect(measured).toEqual([1080, 720])
    expect(shapes.map(speedOf)).toEqual([60, 25, 60])
    expect(speedOf({ width: 3840, height: 2160 })).toBeUndefined()
  })

  it('keeps the results for a day', async () => {
    vi.useFakeTimers()
    const { measured, measure } = computer({ 1080: 90 })
    await measureSpeed(shapes, measure)
    vi.advanceTimersByTime(23 * 3_600_000)
    await measureSpeed(shapes, measure)
    expect(measured).toEqual([1080])
    vi.advanceTimersByTime(2 * 3_600_000)
    await measureSpeed(shapes, measure)
    expect(measured).toEqual([1080, 1080])
  })

  it.each(['', 'null', '{"browser":"test","atMs":9e15,"speeds":7}', '{"browser":"other","speeds":{"1920x1080":900}}'])(
    'measures again if the stored results are not usable: %s',
    async (text) => {
      stored.set('lp.encoder', text)
      const { measured, measure } = computer({ 1080: 90 })
      await measureSpeed(shapes, measure)
      expect(measured).toEqual([1080])
    },
  )

  it('knows nothing if the browser cannot measure', async () => {
    const { measured, measure } = computer({})
    const speedOf = await measureSpeed(shapes, measure)
    expect(measured).toEqual([1080])
    expect(shapes.map(speedOf)).toEqual([undefined, undefined, undefined])
  })
})

describe('isFastEnough', () => {
  it('wants half as much again as the frame rate', () => {
    expect([44, 45, undefined].map((speed) => isFastEnough(speed, 30))).toEqual([false, true, false])
  })
})
