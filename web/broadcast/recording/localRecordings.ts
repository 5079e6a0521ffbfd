import { folderName } from './messages'

export type KeptRecording = { name: string; bytes: number }

/** `lp-2026-11-30-10-42-15.ts`, in local time. */
export function nameAt(date: Date): string {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()]
  return `lp-${[...parts, date.getSeconds()].map((part) => String(part).padStart(2, '0')).join('-')}.ts`
}

const namePattern = /^lp-[\d-]{1,30}\.ts$/

/** Whether this browser has a private file system for the page. A private window can still refuse it. */
export const canRecord = (): boolean => typeof navigator.storage?.getDirectory === 'function'

/** The recordings in the private file system of this site, newest first. */
export async function listRecordings(): Promise<KeptRecording[]> {
  const folder = await openFolder()
  const found: KeptRecording[] = []
  for await (const entry of folder.values()) {
    if (entry.kind !== 'file' || !namePattern.test(entry.name)) continue
    const { size: bytes } = await (entry as FileSystemFileHandle).getFile()
    found.push({ name: entry.name, bytes })
  }
  return found.sort((a, b) => (a.name < b.name ? 1 : -1))
}

/** The browser reads the file from the disk when it needs the bytes, so a long recording needs no memory. */
export async function openRecording(name: string): Promise<File> {
  const folder = await openFolder()
  return (await folder.getFileHandle(name)).getFile()
}

export async function deleteRecording(name: string): Promise<void> {
  const folder = await openFolder()
  await folder.removeEntry(name)
}

async function openFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory()
  return root.getDirectoryHandle(folderName, { create: true })
}
