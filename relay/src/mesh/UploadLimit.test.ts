import { expect, test } from 'vitest'
import { UploadLimit } from './UploadLimit'

test('without a limit, all bytes can be sent immediately', async () => {
  const limit = new UploadLimit()
  for (let count = 0; count < 100; count++) expect(limit.take(48 * 1_024)).toBe(true)
  expect([limit.isOff, limit.bytesPerMs]).toEqual([false, Number.POSITIVE_INFINITY])
})

test('with a limit, an upload waits until the limit allows its bytes', async () => {
  const limit = new UploadLimit()
  limit.set(8_000_000)
  expect([limit.take(48 * 1_024), limit.take(48 * 1_024)]).toEqual([true, false])
  const startMs = performance.now()
  expect(await limit.wait(48 * 1_024)).toBe(true)
  expect(performance.now() - startMs).toBeGreaterThan(40)
})

test('a change of the limit is reported: after a limit of 0, all waits end with `false`; without a limit, bytes can be sent again', async () => {
  const limit = new UploadLimit()
  limit.set(8)
  limit.take(48 * 1_024)
  const [waits, changed] = [limit.wait(48 * 1_024), limit.next('change')]
  limit.set(0)
  await changed
  expect([await waits, limit.isOff, limit.take(1)]).toEqual([false, true, false])
  const again = limit.wait(1)
  expect(await again).toBe(false)
  limit.set(Number.POSITIVE_INFINITY)
  expect(await limit.wait(48 * 1_024)).toBe(true)
})
