import { logOf } from 'lp-relay/log'
import type { Hex } from 'viem'
import type { Problem } from '../../ui/Problem'

const log = logOf('watch')

/**
 * Without the file system of the browser, a recording is kept in memory. A recording in memory can have at most this number of
 * bytes.
 */
const maxInMemory = 256 * 1024 * 1024
/** The part of the free space that one recording can use. */
const shareOfSpace = 0.8

/**
 * Whether recordings are stored in the file system of the browser. Some browsers have a file system, but forbid it: in a private window, or
 * if the person has blocked the data of sites.
 */
export async function isOnDisk(): Promise<boolean> {
  if (!('createWritable' in (globalThis.FileSystemFileHandle?.prototype ?? {}))) return false
  try {
    await Promise.all([navigator.storage.getDirectory(), navigator.storage.estimate()])
    return true
  } catch (error) {
    log.debug('recordings stay in memory, because this page cannot use the file system of the browser', () => ({
      error,
    }))
    return false
  }
}

/** Throws `NoRoomError` if the device, or the memory of the page, has no room for a recording of this length in bytes. */
export async function assertRoomFor(byteLength: number): Promise<void> {
  if (!(await isOnDisk())) {
    if (byteLength > maxInMemory) throw new NoRoomError(inMemory)
    return
  }
  const { quota = 0, usage = 0 } = await navigator.storage.estimate()
  if (byteLength > shareOfSpace * (quota - usage)) throw new NoRoomError()
}

/** WebTorrent gives the folder of a recording this name: the name of the file, and the first eight digits of the infohash. */
const folderOf = ({ streamId, infoHash }: { streamId: Hex; infoHash: Hex }) =>
  `${streamId}.ts - ${infoHash.slice(2, 10)}`
const isFolder = (name: string) => /^0x[0-9a-f]{64}\.ts - [0-9a-f]{8}$/.test(name)
const lockOf = (folder: string) => `lp-recording ${folder}`

/**
 * Deletes recordings from the file system of the browser, except the recordings that an open page uses. A page calls this function after it
 * has closed a recording. A page also calls this function before it opens a recording, because an earlier page may have been closed without
 * this call.
 */
export async function sweepStorage(): Promise<void> {
  if (!navigator.locks || !(await isOnDisk())) return
  const root = await navigator.storage.getDirectory()
  for await (const folder of root.keys()) {
    if (!isFolder(folder)) continue
    await navigator.locks.request(lockOf(folder), { ifAvailable: true }, async (lock) => {
      if (lock) await root.removeEntry(folder, { recursive: true })
    })
  }
}

/**
 * Until the returned function is called, `sweepStorage` deletes this recording neither in this page nor in another page. The returned
 * function deletes the recording, unless another page uses it.
 */
export function holdStorage(recording: { streamId: Hex; infoHash: Hex }): () => Promise<void> {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  // A browser that forbids storage can also forbid locks. Then no page deletes a recording.
  const held = navigator.locks
    ?.request(lockOf(folderOf(recording)), { mode: 'shared' }, () => released)
    .catch((error: unknown) => log.debug('no lock for the recording', () => ({ error })))
  return async () => {
    release()
    await held
    await sweepStorage()
  }
}

const onDevice: Problem = {
  sentence: 'This device has no room for the recording.',
  nextStep: 'Free some space on the device, or open the link on another device.',
}
const inMemory: Problem = {
  sentence: 'This browser stores no data for this page, and the recording is too long for its memory.',
  nextStep: 'Allow this page to store data, leave the private window, or open the link in another browser.',
}

export class NoRoomError extends Error {
  override readonly name = 'storage.NoRoomError'
  readonly problem: Problem
  constructor(problem = onDevice) {
    super(problem.sentence)
    this.problem = problem
  }
}
