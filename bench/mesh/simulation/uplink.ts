import { bytesBefore, mayGive, nextUpload, type Tier } from '../../../relay/src/mesh/pieces/serve'
import type { Room } from './Room'
import { pieceBytes } from './Stream'
import type { Link, Upload, Viewer } from './Viewer'

/** The queues of all channels together hold the bytes that the uplink sends in this time, or at least `leastBufferedBytes`. */
const bufferedMs = 250
const leastBufferedBytes = 32 * 1024
const lookAgainMs = 10

const bufferedBytes = ({ drainedAtMs, uplink }: Viewer, nowMs: number): number =>
  Math.max(0, drainedAtMs - nowMs) * uplink

/** The facts about the queue that `mayQueue` needs for a further upload of this tier. */
export const queueOf = (viewer: Viewer, tier: Tier, nowMs: number) => {
  const queuedBytes = bytesBefore(viewer.queue, tier) + bufferedBytes(viewer, nowMs)
  return { queuedBytes, bytesPerMs: viewer.estimate.bytesPerMs, nowMs }
}

export function enqueue(
  room: Room,
  viewer: Viewer,
  upload: Pick<Upload, 'to' | 'piece' | 'deadlineMs' | 'isPush' | 'copies'>,
): void {
  if (viewer.queue.some(({ to, piece }) => to === upload.to && piece === upload.piece)) return
  viewer.gives(upload.piece, 1)
  viewer.queue.push({ ...upload, tier: upload.to.tier, byteLength: pieceBytes })
  if (!viewer.isSending) send(room, viewer)
}

/** Tells the neighbour that we no longer want the piece. */
export function cancel(room: Room, { peer, reverse, rttMs }: Link, piece: number): void {
  room.agenda.at(room.agenda.nowMs + rttMs / 2, () => {
    const at = peer.queue.findIndex((upload) => upload.to === reverse && upload.piece === piece && !upload.isPush)
    if (at < 0) return
    peer.queue.splice(at, 1)
    peer.gives(piece, -1)
  })
}

/** Puts uploads into the queues of the channels while these have room, most urgent first. */
function send(room: Room, viewer: Viewer): void {
  const { nowMs } = room.agenda
  viewer.isSending = true
  while (!viewer.isGone) {
    const index = nextUpload(viewer.queue)
    if (index === undefined) {
      viewer.estimate.idle(nowMs, bufferedBytes(viewer, nowMs))
      viewer.isSending = false
      return
    }
    const limit = Math.max(leastBufferedBytes, viewer.estimate.bytesPerMs * bufferedMs)
    const tooMuch = bufferedBytes(viewer, nowMs) - limit
    if (tooMuch >= 0) {
      viewer.estimate.full(nowMs, bufferedBytes(viewer, nowMs))
      room.agenda.at(nowMs + Math.max(lookAgainMs, tooMuch / viewer.uplink), () => send(room, viewer))
      return
    }
    const [upload] = viewer.queue.splice(index, 1)
    if (upload) sendOne(room, viewer, upload)
  }
}

function sendOne(room: Room, viewer: Viewer, { to, piece, deadlineMs, isPush }: Upload): void {
  const { nowMs } = room.agenda
  // The receiver has told us that it got the pushed piece from another source.
  const isOver = isPush && to.heldPieceSinceMs(piece) < Number.POSITIVE_INFINITY
  if (to.isClosed || deadlineMs < nowMs || isOver) {
    viewer.gives(piece, -1)
    return
  }
  viewer.drainedAtMs = Math.max(nowMs, viewer.drainedAtMs) + pieceBytes / viewer.uplink
  viewer.estimate.sent(pieceBytes, nowMs)
  viewer.sentBytes += pieceBytes
  to.bytesTo += pieceBytes
  to.totalBytesTo += pieceBytes
  room.agenda.at(viewer.drainedAtMs + to.rttMs / 2, () => room.receive(to.peer, piece, to.reverse))
}

/** Whether the viewer gives the piece to one more neighbour. */
export const givesTo = (
  room: Room,
  viewer: Viewer,
  { piece, seed, withinMs }: { piece: number; seed: number; withinMs: number },
): boolean =>
  mayGive({ self: viewer.member, members: room.members(viewer), seed, copies: viewer.givenOf(piece), withinMs })
