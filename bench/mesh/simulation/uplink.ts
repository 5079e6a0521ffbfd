import { bytesBefore, nextUpload, type Tier } from '../../../relay/src/mesh/pieces/serve'
import type { Room } from './Room'
import { pieceBytes } from './Stream'
import type { Link, Viewer } from './Viewer'

/** The facts about the queue that `mayQueue` needs for a further upload of this tier. */
export const queueOf = ({ queue, uplink }: Viewer, tier: Tier) => {
  return { queuedBytes: bytesBefore(queue, tier), bytesPerMs: uplink }
}

export function enqueue(
  room: Room,
  viewer: Viewer,
  upload: { to: Link; piece: number; deadlineMs: number; isPush: boolean },
): void {
  if (viewer.queue.some(({ to, piece }) => to === upload.to && piece === upload.piece)) return
  viewer.queue.push({ ...upload, tier: upload.to.tier, copies: 0, byteLength: pieceBytes })
  viewer.copies.set(upload.piece, (viewer.copies.get(upload.piece) ?? 0) + 1)
  if (!viewer.isSending) sendNext(room, viewer)
}

/** Tells the neighbour that we no longer want the piece. */
export function cancel(room: Room, { peer, reverse, rttMs }: Link, piece: number): void {
  room.agenda.at(room.agenda.nowMs + rttMs / 2, () => {
    const at = peer.queue.findIndex((upload) => upload.to === reverse && upload.piece === piece)
    if (at < 0) return
    peer.queue.splice(at, 1)
  })
}

function sendNext(room: Room, viewer: Viewer): void {
  const { nowMs } = room.agenda
  viewer.isSending = false
  for (;;) {
    const index = nextUpload(viewer.queue)
    if (index === undefined || viewer.isGone) return
    const [upload] = viewer.queue.splice(index, 1)
    if (!upload || upload.to.isClosed || upload.deadlineMs < nowMs) continue
    // The receiver has told us that it got the piece from another source.
    if (upload.to.heldPieceSinceMs(upload.piece) < Number.POSITIVE_INFINITY) continue
    viewer.isSending = true
    const sentMs = nowMs + pieceBytes / viewer.uplink
    room.agenda.at(sentMs, () => {
      viewer.sentBytes += pieceBytes
      upload.to.bytesTo += pieceBytes
      upload.to.totalBytesTo += pieceBytes
      const { peer, reverse, rttMs } = upload.to
      room.agenda.at(sentMs + rttMs / 2, () => room.receive(peer, upload.piece, reverse))
      sendNext(room, viewer)
    })
    return
  }
}
