import { expect, test } from 'vitest'
import { chosenExtraMs, hlsConfigFor, syncOf } from './hlsConfig'

test('hls.js plays faster to reduce the latency, but not in Safari, which pauses the video at each change of the playback rate', () => {
  expect(hlsConfigFor({ vendor: 'Google Inc.' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: '' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: 'Apple Computer, Inc.' }).maxLiveSyncPlaybackRate).toBe(1)
})

test('the player jumps to the live edge only when the picture has moved for five seconds, or when the player is half a minute late', () => {
  expect(syncOf(true, 0, 0)).toEqual({ liveSyncDuration: 2.9, liveMaxLatencyDuration: 30 })
  expect(syncOf(true, 0, Number.NEGATIVE_INFINITY)).toEqual({ liveSyncDuration: 2.9, liveMaxLatencyDuration: 30 })
  expect(syncOf(true, 0, 5_000)).toEqual({ liveSyncDuration: 2.9, liveMaxLatencyDuration: 4.4 })
  expect(syncOf(true, 1_500, 5_000)).toEqual({ liveSyncDuration: 4.4, liveMaxLatencyDuration: 5.9 })
  expect(syncOf(false, 0, 5_000)).toEqual({ liveSyncDuration: 4, liveMaxLatencyDuration: 8 })
})

test('a latency that the viewer has chosen replaces a shorter usual latency', () => {
  expect([0, 1.5, 6].map((chosenS) => chosenExtraMs(true, chosenS))).toEqual([0, 0, 4_500])
  expect(chosenExtraMs(undefined, 6)).toBe(4_500)
  expect([4, 6].map((chosenS) => chosenExtraMs(false, chosenS))).toEqual([0, 1_000])
})

test('at each latency above the usual latency, the player plays faster or jumps', () => {
  const segmentS = 2
  for (const hasParts of [true, false])
    for (const extraMs of [0, 500, 3_000, 20_000]) {
      const { liveSyncDuration, liveMaxLatencyDuration } = syncOf(hasParts, extraMs, 5_000)
      // The rule of `latency-controller` in hls.js.
      const fasterUntil = liveSyncDuration + Math.min(liveMaxLatencyDuration, liveSyncDuration + segmentS)
      expect(liveMaxLatencyDuration).toBeLessThan(fasterUntil)
    }
})
