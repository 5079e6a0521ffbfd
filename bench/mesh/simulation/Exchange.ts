import { ownerOf, uniformOf } from '../../../relay/src/mesh/pieces/owners'
import { type Decision, stripes } from '../../../relay/src/mesh/pieces/Situation'
import { isStriped, schedule } from '../../../relay/src/mesh/pieces/schedule'
import { mayGive, mayQueue, maySubscribe } from '../../../relay/src/mesh/pieces/serve'
import type { Room } from './Room'
import { bitrate, partOf, pieceBytes } from './Stream'
import { cancel, enqueue, queueOf } from './uplink'
import type { Link, PieceWant, Viewer } from './Viewer'

/** A viewer plans at most once in this time. */
const planEveryMs = 20
const lookAgainMs = 80
const relayBytesPerMs = 2_500
/**
 * A neighbour is disconnected after `maxUnanswered` requests in a row without an answer, if nothing has come from it for `maxSilenceMs`.
 */
const maxUnanswered = 3
const maxSilenceMs = 1_500
/** At each plan, a viewer assumes at least this part of the lag of the previous plan. */
const lagMemory = 0.9

/** Plans at `atMs`, or later, when the machine of the viewer has processor time. */
export function planAt(room: Room, viewer: Viewer, atMs: number): void {
  const whenMs = Math.max(atMs, room.agenda.nowMs + 1)
  if (whenMs >= viewer.plannedAtMs) return
  viewer.plannedAtMs = whenMs
  room.agenda.at(whenMs, () => {
    if (viewer.plannedAtMs !== whenMs || viewer.isGone) return
    const runsAtMs = room.runsAtMs(viewer)
    viewer.plannedAtMs = Number.POSITIVE_INFINITY
    viewer.lagMs = Math.max(runsAtMs - room.agenda.nowMs, viewer.lagMs * lagMemory)
    if (runsAtMs > room.agenda.nowMs) planAt(room, viewer, runsAtMs)
    else plan(room, viewer)
  })
}

function plan(room: Room, viewer: Viewer): void {
  const { nowMs } = room.agenda
  for (const want of viewer.wants.values()) want.deadlineMs = viewer.player.deadlineMsOf(partOf(want.piece))
  // Reading the clock takes time, so only some plans are timed.
  const isTimed = (room.counters.plans++ & 63) === 0
  const startedAt = isTimed ? performance.now() : 0
  const { decisions, wakeAtMs, isWaiting } = schedule<PieceWant>({
    nowMs,
    self: viewer.member,
    wants: [...viewer.wants.values()],
    neighbours: viewer.links,
    members: room.members(viewer),
    roomSize: room.size(),
    parents: viewer.parents,
    relayMs: viewer.relayRttMs + 20,
    lagMs: viewer.lagMs,
    isPush: room.isPush,
    random: room.random,
  })
  if (isTimed) room.counters.planMs += performance.now() - startedAt
  for (const decision of decisions) carryOut(room, viewer, decision)
  // In the product, a viewer also plans when the next `holds` message arrives. In this model, it plans again after a short time instead.
  const nextMs = isWaiting ? Math.min(wakeAtMs, nowMs + lookAgainMs) : wakeAtMs
  if (nextMs < Number.POSITIVE_INFINITY) planAt(room, viewer, Math.max(nextMs, nowMs + planEveryMs))
}

function carryOut(room: Room, viewer: Viewer, decision: Decision<PieceWant>): void {
  const { want, type } = decision
  const { nowMs } = room.agenda
  if (type === 'relay') {
    want.relay = 'asked'
    if (viewer.isGood) room.counters.originBytes += pieceBytes
    else room.counters.attackerBytes += pieceBytes
    if (nowMs > want.knownAtMs + 100) room.counters.lateRelayPieces++
    const tookMs = viewer.relayRttMs + pieceBytes / relayBytesPerMs
    room.agenda.at(nowMs + tookMs, () => room.receive(viewer, want.piece, undefined))
  } else if (type === 'ask') {
    const link = viewer.links.find(({ member }) => member.id === decision.neighbourId)
    if (!link) return
    want.asked = { neighbourId: decision.neighbourId, atMs: nowMs, expectedMs: decision.expectedMs }
    link.pendingRequests++
    link.pendingBytes += pieceBytes
    link.bytesTaken += pieceBytes
    if (decision.subscribe) {
      unsubscribe(room, viewer, want.stripe)
      viewer.parents[want.stripe] = link.member.id
    }
    const { piece, deadlineMs } = want
    room.agenda.at(nowMs + link.rttMs / 2, () =>
      hear(room, link, { piece, deadlineMs, stripe: decision.subscribe ? want.stripe : undefined }),
    )
  } else if (type === 'drop') {
    const link = viewer.links.find(({ member }) => member.id === want.asked?.neighbourId)
    refuse(room, viewer, want, Number.POSITIVE_INFINITY)
    if (link) cancel(room, link, want.piece)
    if (link && ++link.unanswered >= maxUnanswered && nowMs - link.heardAtMs > maxSilenceMs) room.ban(viewer, link)
  }
}

function settle(viewer: Viewer, want: PieceWant): void {
  const link = viewer.links.find(({ member }) => member.id === want.asked?.neighbourId)
  if (link) {
    link.pendingRequests--
    link.pendingBytes -= pieceBytes
  }
  want.asked = undefined
}

function refuse(room: Room, viewer: Viewer, want: PieceWant, retryAtMs: number): void {
  if (!want.asked) return
  want.refusals ??= new Map()
  want.refusals.set(want.asked.neighbourId, retryAtMs)
  if (viewer.parents[want.stripe] === want.asked.neighbourId) unsubscribe(room, viewer, want.stripe)
  settle(viewer, want)
}

/** Tells the parent of a stripe to stop its pushes. */
function unsubscribe(room: Room, viewer: Viewer, stripe: number): void {
  const link = viewer.links.find(({ member }) => member.id === viewer.parents[stripe])
  viewer.parents[stripe] = undefined
  if (link) room.agenda.at(room.agenda.nowMs + link.rttMs / 2, () => link.reverse.children.delete(stripe))
}

/** The neighbour receives our request. `link` is our view of the neighbour. */
function hear(
  room: Room,
  link: Link,
  request: { piece: number; deadlineMs: number; stripe: number | undefined },
): void {
  const { peer, reverse } = link
  if (peer.isGone || peer.kind === 'liar' || link.isClosed) return
  const { nowMs } = room.agenda
  const asker = reverse.peer
  const stripeBytesPerMs = bitrate / stripes
  const can =
    peer.kind !== 'freeRider' &&
    mayGive({ roomSize: room.size(), copies: peer.copies.get(request.piece) ?? 0 }) &&
    mayQueue(
      { byteLength: pieceBytes, deadlineMs: request.deadlineMs - link.rttMs / 2 },
      { ...queueOf(peer, reverse.tier), nowMs },
    )
  if (can) {
    const may = maySubscribe({ children: peer.children, stripeBytesPerMs, bytesPerMs: peer.uplink })
    if (request.stripe !== undefined && may) reverse.children.add(request.stripe)
    else if (request.stripe !== undefined)
      room.agenda.at(nowMs + link.rttMs / 2, () => {
        if (asker.parents[request.stripe as number] === peer.member.id)
          asker.parents[request.stripe as number] = undefined
      })
    enqueue(room, peer, { to: reverse, piece: request.piece, deadlineMs: request.deadlineMs, isPush: false })
  } else
    room.agenda.at(nowMs + link.rttMs / 2, () => {
      link.unanswered = 0
      link.heardAtMs = room.agenda.nowMs
      const want = asker.wants.get(request.piece)
      if (want?.asked?.neighbourId !== peer.member.id) return
      refuse(room, asker, want, room.agenda.nowMs + 100 + 150 * room.random())
      planAt(room, asker, 0)
    })
}

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
  if (link) {
    link.bytesFrom += pieceBytes
    if (want?.asked?.neighbourId !== link.member.id) link.bytesTaken += pieceBytes
    if (link.peer.kind === 'polluter') {
      if (want?.asked?.neighbourId === link.member.id) refuse(room, viewer, want, Number.POSITIVE_INFINITY)
      room.counters.badPieces++
      room.ban(viewer, link)
      planAt(room, viewer, 0)
      return
    }
  }
  if (!want) {
    if (link) room.counters.duplicateBytes += pieceBytes
    return
  }
  if (link && want.asked?.neighbourId === link.member.id) {
    const sample = pieceBytes / Math.max(1, nowMs - want.asked.atMs - link.rttMs)
    link.bytesPerMs = link.bytesPerMs === undefined ? sample : (link.bytesPerMs + sample) / 2
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
  if (room.isPush && viewer.kind !== 'freeRider' && viewer.kind !== 'liar') push(room, viewer, want, link)
}

/** Sends a new piece to the neighbours that wait for a push of this piece. */
function push(room: Room, viewer: Viewer, want: PieceWant, from: Link | undefined): void {
  const { piece, stripe } = want
  const roomSize = room.size()
  const isStripes = isStriped({ roomSize, isPush: room.isPush })
  if (!isStripes && (from || ownerOf(room.members(viewer), viewer.member, want.seed))) return
  // Often a viewer does not push a piece to all its neighbours. So the order differs from piece to piece, and each neighbour is sometimes
  // first.
  const order = viewer.links.map((to) => ({ to, at: uniformOf(to.member.seed, want.seed) })).sort((a, b) => a.at - b.at)
  for (const { to } of order) {
    if (!mayGive({ roomSize, copies: viewer.copies.get(piece) ?? 0 })) return
    if (isStripes && !to.children.has(stripe)) continue
    if (to === from || to.heldPieceSinceMs(piece) < Number.POSITIVE_INFINITY) continue
    enqueue(room, viewer, { to, piece, deadlineMs: want.deadlineMs, isPush: true })
  }
}
