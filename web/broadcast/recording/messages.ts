/** Messages from the page to the worker that writes a recording. */
export type ToDisk = { type: 'open'; name: string } | { type: 'write'; data: Uint8Array } | { type: 'close' }

/** Messages from the worker to the page. `bytes`: the length of the file. */
export type FromDisk =
  | { type: 'written'; bytes: number }
  | { type: 'closed' }
  | { type: 'failed'; isFull: boolean; details: string }

/** The folder in the private file system of this site. */
export const folderName = 'lp-recordings'
