import { expect, test } from 'vitest'
import { hlsConfigFor } from './hlsConfig'

test('plays faster to reduce the latency, but not in Safari, which pauses at each change of the rate', () => {
  expect(hlsConfigFor({ vendor: 'Google Inc.' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: '' }).maxLiveSyncPlaybackRate).toBe(1.1)
  expect(hlsConfigFor({ vendor: 'Apple Computer, Inc.' }).maxLiveSyncPlaybackRate).toBe(1)
})
