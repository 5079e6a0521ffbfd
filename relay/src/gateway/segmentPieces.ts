import { Readable } from 'node:stream'
import { PieceTree, type StreamId } from '@lp/contracts/protocol'
import type { Answer } from './Answer'
import { notFound } from './HttpError'
import type { Metrics } from './metrics'
import type { PieceProofs } from './PieceProofs'

/** A piece, and the offset of its first wanted byte from the start of the piece. */
export type AskedPiece = { index: number; offset: number }

/**
 * Serves pieces of the first `length` bytes of a segment, each with its proof. For each piece, the answer has the path of the piece
 * (`PieceTree.pathBytes`), and then the bytes of the piece from `offset` on, up to `length`.
 */
export async function segmentPieces(
  { proofs, metrics }: { proofs: PieceProofs; metrics: Metrics },
  request: { streamId: StreamId.StreamId; sequenceNumber: bigint; length: number; pieces: readonly AskedPiece[] },
): Promise<Answer> {
  const { streamId, sequenceNumber, length, pieces } = request
  const prefix = await proofs.prefix(streamId, sequenceNumber, length)
  if (!prefix) throw missing()
  const { bytes, roots, isOpen } = prefix
  const answers: Uint8Array[] = []
  for (const { index, offset } of pieces) {
    const { start, end } = PieceTree.rangeOf(index, length)
    if (!roots[index] || start + offset >= end) throw missing()
    answers.push(await PieceTree.prove(roots, index), bytes.subarray(start + offset, end))
  }
  const size = answers.reduce((sum, { length }) => sum + length, 0)
  const cache = isOpen ? 'no-store' : 'public, max-age=31536000, immutable'
  return {
    status: 200,
    headers: { 'cache-control': cache, 'content-type': 'application/octet-stream', 'content-length': `${size}` },
    body: async () =>
      Readable.from(answers, { objectMode: false })
        .on('data', (chunk: Buffer) => metrics.count.payloadBytesServed(chunk.length))
        .pause(),
  }
}

const missing = () =>
  notFound(
    'This relay does not have these pieces of the segment.',
    'Read the newest headers from /segments, or ask another relay.',
  )
