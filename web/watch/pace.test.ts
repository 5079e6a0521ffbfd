import { expect, test } from 'vitest'
import { pace } from './pace'

const player = (latency: number, targetLatency: number) => ({
  hls: { latency, targetLatency, config: { maxLiveSyncPlaybackRate: 1.1 } } as Parameters<typeof pace>[0],
  video: { playbackRate: 1 },
})
const large = { usualRate: 1.1, isLarge: true }

test('in a large room, a player that is too near to live plays slower until it is at its latency', () => {
  const { hls, video } = player(2.9, 4.4)
  pace(hls, video, large)
  expect([video.playbackRate, hls.config.maxLiveSyncPlaybackRate]).toEqual([0.9, 1])
  const later = player(4.2, 4.4)
  later.video.playbackRate = 0.9
  pace(later.hls, later.video, large)
  expect(later.video.playbackRate).toBe(0.9)
  const there = player(4.37, 4.4)
  there.video.playbackRate = 0.9
  pace(there.hls, there.video, large)
  expect([there.video.playbackRate, there.hls.config.maxLiveSyncPlaybackRate]).toEqual([1, 1.1])
})

test.each([
  ['in a small room', { ...large, isLarge: false }],
  ['in a browser that pauses at each change of the rate', { ...large, usualRate: 1 }],
])('%s, the player does not play slower', (_, room) => {
  const { hls, video } = player(1, 2.9)
  pace(hls, video, room)
  expect(video.playbackRate).toBe(1)
})

test('before the first picture, and a little before its latency, the player plays at the usual rate', () => {
  for (const { hls, video } of [player(0, 2.9), player(2.7, 2.9)]) {
    pace(hls, video, large)
    expect(video.playbackRate).toBe(1)
  }
})
