import type { Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, playsOn, startRecorded, until } from '../../testbeds/recordedStream'

let recorded: Awaited<ReturnType<typeof startRecorded>>
beforeAll(async () => {
  recorded = await startRecorded()
})
afterAll(() => recorded?.stop())

describe('the recording of a stream in Chromium', () => {
  let holder: Page

  test('plays from its first second with bytes from the web seed of the relay, and the viewer can seek', async () => {
    const { relay, open, trackerUri, durationS, byteLength } = recorded
    holder = await open(relay.url, trackerUri)
    const seen = await playsOn(holder, 1)
    expect(seen).toMatchObject({ state: 'found', videoHeight: 360, refused: {}, bytesFromPeers: 0 })
    expect(seen.currentTime).toBeLessThan(durationS / 2)
    expect(Math.round(seen.durationS)).toBe(durationS)
    await call(holder, 'seek', durationS - 3)
    const later = await until(holder, `seen.currentTime > ${durationS - 2}`)
    expect(later.decodedFrames).toBeGreaterThan(seen.decodedFrames)
    expect(await until(holder, 'seen.kept === 1')).toMatchObject({ bytesFromRelays: byteLength, refused: {} })
  })

  test('plays from memory if the browser forbids the page to store data', async () => {
    const page = await holder.context().newPage()
    await page.addInitScript(() => {
      const refuse = async () => {
        throw new DOMException('The page may not store data.', 'SecurityError')
      }
      Object.assign(StorageManager.prototype, { getDirectory: refuse, estimate: refuse })
      Object.assign(LockManager.prototype, { request: refuse })
    })
    await page.goto(holder.url())
    await page.waitForFunction('globalThis.driver')
    await recorded.start(page, recorded.relay.url)
    expect(await playsOn(page, 1)).toMatchObject({ state: 'found', videoHeight: 360, refused: {} })
    await until(page, 'seen.kept === 1')
    await page.close()
  })

  test('plays with bytes from one other viewer after the relay has closed and the tracker has restarted', async () => {
    const { relay, open, trackerUri, durationS, byteLength } = recorded
    await recorded.loseRelay()
    const viewer = await open(relay.url, trackerUri)
    const seen = await playsOn(viewer, 1)
    expect(seen).toMatchObject({ state: 'found', videoHeight: 360, bytesFromRelays: 0 })
    expect(await until(viewer, 'seen.kept === 1')).toMatchObject({ bytesFromPeers: byteLength, bytesFromRelays: 0 })
    await call(viewer, 'seek', durationS - 1)
    await until(viewer, 'seen.picture.isFinished')
    expect((await until(holder, `seen.bytesToPeers >= ${byteLength}`)).bytesToPeers).toBe(byteLength)
    await viewer.context().close()
  })

  test('is deleted from the device when the last page closes it, or at the next visit after the browser was closed', async () => {
    const { stream, honest, open, start, trackerUri } = recorded
    const viewer = await open(trackerUri)
    await playsOn(viewer, 1)
    // The page has deleted old recordings before it opened this recording, so it keeps the folders that the test makes now.
    const forgotten = `0x${'12'.repeat(32)}.ts - 12345678`
    await call(viewer, 'leaveFolder', forgotten)
    await call(viewer, 'leaveFolder', 'of another site')
    const own = `${stream.streamId}.ts - ${honest.infoHash.slice(2, 10)}`
    expect(new Set(await call(viewer, 'folders'))).toEqual(new Set([own, forgotten, 'of another site']))
    const again = await viewer.context().newPage()
    await again.goto(viewer.url())
    await again.waitForFunction('globalThis.driver')
    await start(again, trackerUri)
    await until(again, 'seen.picture.hasStarted')
    expect(new Set(await call(again, 'folders'))).toEqual(new Set([own, 'of another site']))
    await call(again, 'close')
    await call(viewer, 'close')
    await again.waitForFunction('driver.folders().then((names) => names.length === 1)')
    await viewer.context().close()
  })
})
