import { open } from 'node:fs/promises'
import type { StreamId } from '@lp/contracts/protocol'
import type { Publication } from '../records/Publication'
import { piecesOf, read } from './logPieces'
import { readLines } from './readLines'
import { decodeEntry, version } from './streamLine'

/**
 * The publications of a source or rendition in the log of its stream, in order. Call this only when all these publications are on disk.
 * Skips the lines that `Stream` skips. Throws `NewerVersionError`.
 */
export async function readPublications(path: string, streamId: StreamId.StreamId): Promise<Publication[]> {
  const publications: Publication[] = []
  const file = await open(path)
  try {
    for await (const raw of readLines(file))
      for (const piece of piecesOf(raw))
        read(piece, {
          ...{ path, version },
          onLine(line) {
            const entry = decodeEntry(line)
            const last = publications.at(-1)?.sequenceNumber ?? -1n
            if ('segment' in entry && entry.segment.streamId === streamId && entry.segment.sequenceNumber > last)
              publications.push(entry.segment)
          },
        })
  } finally {
    await file.close()
  }
  return publications
}
