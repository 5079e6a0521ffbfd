import { describe, expect, test } from 'vitest'
import { observePicture, type Picture, spareMs } from './picture'

/** A video element with the fields that `spareMs` reads. */
const video = (ranges: readonly (readonly [number, number])[], currentTime: number, playbackRate = 1) =>
  ({
    buffered: {
      length: ranges.length,
      start: (range: number) => ranges[range]?.[0],
      end: (range: number) => ranges[range]?.[1],
    },
    ...{ currentTime, playbackRate },
  }) as HTMLVideoElement

describe('spareMs', () => {
  test('is the time until the buffer is played to its end, minus the time to append a segment', () => {
    expect(spareMs(video([[0, 10]], 8))).toBe(1_800)
    expect(spareMs(video([[0, 10]], 8, 1.25))).toBe(1_400)
    expect(spareMs(video([[0, 10]], 9.9))).toBe(0)
  })

  test('counts the buffer only up to the next gap, and is zero in a gap and without a buffer', () => {
    const ranges = [
      [0, 4],
      [6, 20],
    ] as const
    expect(spareMs(video(ranges, 3))).toBe(800)
    expect(spareMs(video(ranges, 5))).toBe(0)
    expect(spareMs(video([], 0))).toBe(0)
  })
})

test('a picture that the person pauses waits for no data', () => {
  const video = new EventTarget()
  const seen: Picture[] = []
  observePicture(video as HTMLVideoElement, {
    signal: new AbortController().signal,
    onChange: (picture) => seen.push(picture),
  })
  for (const name of ['playing', 'waiting', 'pause']) video.dispatchEvent(new Event(name))
  expect(seen.map(({ isWaiting }) => isWaiting)).toEqual([false, true, false])
})
