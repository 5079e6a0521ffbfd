import { afterEach, describe, expect, it, vi } from 'vitest'
import { assertRoomFor, holdStorage, isOnDisk, sweepStorage } from './storage'

const refuse = async () => {
  throw new DOMException('The page may not store data.', 'SecurityError')
}
const megabyte = 1024 * 1024

/** A browser that refuses locks. By default, the page can use the file system and knows the free space. */
function stubBrowser({
  getDirectory = async () => ({}),
  estimate = async () => ({ quota: 100 * megabyte, usage: 0 }),
}) {
  vi.stubGlobal(
    'FileSystemFileHandle',
    class {
      createWritable() {}
    },
  )
  vi.stubGlobal('navigator', { storage: { getDirectory, estimate }, locks: { request: refuse } })
}

describe('the storage of recordings', () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['the file system', { getDirectory: refuse }],
    ['the estimate of the free space', { estimate: refuse }],
  ])('is in memory if the browser forbids %s', async (_, forbidden) => {
    stubBrowser(forbidden)
    expect(await isOnDisk()).toBe(false)
    await assertRoomFor(200 * megabyte)
    await expect(assertRoomFor(300 * megabyte)).rejects.toMatchObject({
      problem: {
        sentence: 'This browser stores no data for this page, and the recording is too long for its memory.',
        nextStep: expect.stringContaining('Allow this page to store data'),
      },
    })
    await sweepStorage()
  })

  it('is on the device if the browser allows it', async () => {
    stubBrowser({})
    expect(await isOnDisk()).toBe(true)
    await assertRoomFor(50 * megabyte)
    await expect(assertRoomFor(90 * megabyte)).rejects.toMatchObject({
      problem: { sentence: 'This device has no room for the recording.' },
    })
  })

  it('works without the locks of the browser', async () => {
    stubBrowser({ getDirectory: refuse })
    await holdStorage({ streamId: '0x12', infoHash: '0x34' })()
  })
})
