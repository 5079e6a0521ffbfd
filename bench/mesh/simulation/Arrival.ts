import { ownerOf } from '../../../relay/src/mesh/pieces/owners'
import { inPushOrder } from '../../../relay/src/mesh/pieces/schedule'
import { isReliable } from '../../../relay/src/mesh/pieces/serve'
import { planAt, refuse, settle } from './Exchange'
import type { Room } from './Room'
import { pieceBytes } from './Stream'
import { enqueue, givesTo } from './uplink'
import { batchMs, type Link, type PieceWant, type Viewer } from './Viewer'

/** A piece arrives. `link`: the receiver's view of the sender; `undefined` if the piece comes from the relay. */
export function receive(room: Room, viewer: Viewer, piece: number, link: Link | undefined): void {
  if (viewer.isGone || link?.isClosed) return
  const { nowMs } = room.agenda
  const runsAtMs = room.runsAtMs(viewer)
  if (runsAtMs > nowMs) {
    room.agenda.at(runsAtMs, () => receive(room, viewer, piece, link))
    return
  }
  const want = viewer.wants.get(piece)
  const isAnswer = link !== undefined && want?.asked?.neighbourId === link.member.id
  if (link) {
    if (link.peer.kind === 'polluter') {
      if (isAnswer) refuse(viewer, want, Number.POSITIVE_INFINITY)
      room.counters.badPieces++
      room.ban(viewer, link)
      planAt(room, viewer, 0)
      return
    }
    if (want || isAnswer) {
      if (link.bytesFrom === 0) viewer.version++
      link.bytesFrom += pieceBytes
    }
    if (!isAnswer) link.bytesTaken += pieceBytes
  }
  if (!want) {
    if (link) room.counters.duplicateBytes += pieceBytes
    return
  }
  if (isAnswer && want.asked) {
    link.noteAnswer(true)
    const sample = pieceBytes / Math.max(1, nowMs - want.asked.atMs - link.rttMs)
    link.sampleRate(sample)
  }
  if (link) {
    link.unanswered = 0
    link.heardAtMs = nowMs
  }
  settle(viewer, want)
  viewer.wants.delete(piece)
  viewer.hold(piece, nowMs)
  viewer.usefulBytes += pieceBytes
  if (viewer.isGood) room.counters.usefulBytes += pieceBytes
  if (link && viewer.isGood) room.counters.peerBytes += pieceBytes
  const before = viewer.player.stallMs
  viewer.player.receive(piece, nowMs)
  room.counters.stallMs += viewer.player.stallMs - before
  if (viewer.kind === 'silent') return
  wakeNeighbours(room, viewer, piece)
  if (room.isPush && viewer.uploads) push(room, viewer, want, link)
}

/** The `holds` message arrives at the neighbours. It changes the plan of a neighbour that wants the piece and knows no other holder. */
function wakeNeighbours(room: Room, viewer: Viewer, piece: number): void {
  const { nowMs } = room.agenda
  for (const { peer, rttMs } of viewer.links) {
    const want = peer.wants.get(piece)
    if (!want || want.isOffered || want.asked || want.relay !== 'idle') continue
    want.isOffered = true
    planAt(room, peer, nowMs + rttMs / 2 + batchMs)
  }
}

/** The owner of a piece pushes it to its neighbours. In a larger room, only some of them get it (`mayGive`). */
function push(room: Room, viewer: Viewer, { piece, seed, deadlineMs }: PieceWant, from: Link | undefined): void {
  if (from || ownerOf(room.members(viewer), viewer.member, seed)) return
  const isHeld = (to: Link) => to.heldPieceSinceMs(piece) < Number.POSITIVE_INFINITY
  const copies = viewer.links.filter(isHeld).length
  const withinMs = Number.POSITIVE_INFINITY
  for (const to of inPushOrder(viewer.links, { seed, uploads: (link) => link.member.weight > 0 && isReliable(link) }))
    if (!isHeld(to) && givesTo(room, viewer, { piece, seed, withinMs }))
      enqueue(room, viewer, { to, piece, deadlineMs, isPush: true, copies })
}
