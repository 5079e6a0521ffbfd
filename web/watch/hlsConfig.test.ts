import { expect, test } from 'vitest'
import { hlsConfigFor } from './hlsConfig'

test('hls.js plays faster to reduce the latency, but not in Safari, which pauses the video at each change of the playback rate', () => {
  expect(hlsConfigFor({ vendor: 'Google Inc.' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: '' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: 'Apple Computer, Inc.' }).maxLiveSyncPlaybackRate).toBe(1)
})
