import { causeDetails } from '../capture/CaptureError'
import { type FromDisk, folderName, type ToDisk } from './messages'

/** Only workers have this handle. It writes into the file itself, so the recording stays if the tab crashes. */
type SyncHandle = {
  getSize(): number
  write(data: Uint8Array, options: { at: number }): number
  flush(): void
  close(): void
}

let handle: SyncHandle | undefined
let byteLength = 0
let working = Promise.resolve()
let hasFailed = false

self.onmessage = ({ data }: MessageEvent<ToDisk>) => {
  working = working.then(() => receive(data)).catch(fail)
}

async function receive(message: ToDisk) {
  // After a failure, the worker has closed the file.
  if (hasFailed) return
  if (message.type === 'open') handle = await open(message.name)
  else if (message.type === 'close') close()
  else write(message.data)
}

async function open(name: string): Promise<SyncHandle> {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle(folderName, { create: true })
  const file = await folder.getFileHandle(name, { create: true })
  return (file as unknown as { createSyncAccessHandle(): Promise<SyncHandle> }).createSyncAccessHandle()
}

function write(data: Uint8Array) {
  const written = handle?.write(data, { at: byteLength }) ?? 0
  byteLength += written
  if (written < data.length) throw new DOMException('The disk is full.', 'QuotaExceededError')
  post({ type: 'written', bytes: byteLength })
}

function close() {
  handle?.flush()
  handle?.close()
  handle = undefined
  post({ type: 'closed' })
}

function fail(error: unknown) {
  hasFailed = true
  handle?.close()
  const isFull = error instanceof Error && error.name === 'QuotaExceededError'
  post({ type: 'failed', isFull, details: causeDetails(error).join() })
}

function post(message: FromDisk) {
  self.postMessage(message)
}
