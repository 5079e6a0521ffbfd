import { expect, it } from 'vitest'
import { findFfmpeg } from './findFfmpeg'
import { measureCapacity } from './measureCapacity'

it('measures the capacity of this machine once', async () => {
  const ffmpeg = await findFfmpeg()
  const capacity = await measureCapacity(ffmpeg)
  const { pixelsPerSecond, streamPixelsPerSecond } = capacity
  // These bounds are the speeds of the slowest useful machine, and of a machine with hundreds of cores.
  expect(pixelsPerSecond).toBeGreaterThan(1e6)
  expect(pixelsPerSecond).toBeLessThan(1e11)
  expect(streamPixelsPerSecond).toBeGreaterThan(1e6)
  expect(streamPixelsPerSecond).toBeLessThanOrEqual(pixelsPerSecond)
  expect(await measureCapacity(ffmpeg)).toBe(capacity)
})
