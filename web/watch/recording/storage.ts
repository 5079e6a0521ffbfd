import type { Hex } from 'viem'
import type { Problem } from '../../ui/Problem'

/** Without the file system of the browser, WebTorrent keeps a recording in memory. */
const maxInMemory = 256 * 1024 * 1024
/** The part of the free space that one recording may take. */
const shareOfSpace = 0.8

/** WebTorrent makes the same decision. */
const isOnDisk = () =>
  'getDirectory' in (navigator.storage ?? {}) && 'createWritable' in (globalThis.FileSystemFileHandle?.prototype ?? {})

/** Throws `NoRoomError` if the device has no room for a recording of this length in bytes. */
export async function assertRoomFor(byteLength: number): Promise<void> {
  if (!isOnDisk()) {
    if (byteLength > maxInMemory) throw new NoRoomError()
    return
  }
  const { quota = 0, usage = 0 } = await navigator.storage.estimate()
  if (byteLength > shareOfSpace * (quota - usage)) throw new NoRoomError()
}

/** WebTorrent names the folder of a recording after its file and the start of its infohash. */
const folderOf = ({ streamId, infoHash }: { streamId: Hex; infoHash: Hex }) =>
  `${streamId}.ts - ${infoHash.slice(2, 10)}`
const isFolder = (name: string) => /^0x[0-9a-f]{64}\.ts - [0-9a-f]{8}$/.test(name)
const lockOf = (folder: string) => `lp-recording ${folder}`

/**
 * Deletes the recordings that no open page uses from the file system of the browser. A page does this when it has closed a recording, and before
 * it opens one, because a browser may have been closed meanwhile.
 */
export async function sweepStorage(): Promise<void> {
  if (!isOnDisk() || !navigator.locks) return
  const root = await navigator.storage.getDirectory()
  for await (const folder of root.keys()) {
    if (!isFolder(folder)) continue
    await navigator.locks.request(lockOf(folder), { ifAvailable: true }, async (lock) => {
      if (lock) await root.removeEntry(folder, { recursive: true })
    })
  }
}

/**
 * Keeps `sweepStorage` of this page and of other pages from deleting a recording, until the returned function is called. This function deletes
 * the recording unless another page uses it, too.
 */
export function holdStorage(recording: { streamId: Hex; infoHash: Hex }): () => Promise<void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const held = navigator.locks?.request(lockOf(folderOf(recording)), { mode: 'shared' }, () => released)
  return async () => {
    release()
    await held
    await sweepStorage()
  }
}

export class NoRoomError extends Error {
  override readonly name = 'storage.NoRoomError'
  readonly problem: Problem = {
    sentence: 'This device has no room for the recording.',
    nextStep: 'Free some space on the device, or open the link on another device.',
  }
}
