import { extraLatencyOf } from '../../../relay/src/mesh/pieces/extraLatencyOf'
import type { Decision } from '../../../relay/src/mesh/pieces/Situation'
import { reserveMs, schedule } from '../../../relay/src/mesh/pieces/schedule'
import { mayQueue } from '../../../relay/src/mesh/pieces/serve'
import { mayWait, waitsUntilMs } from './joining'
import type { Room } from './Room'
import { partOf, pieceBytes } from './Stream'
import { cancel, enqueue, givesTo, queueOf } from './uplink'
import type { Link, PieceWant, Viewer } from './Viewer'

/** A viewer plans at most once in this time. */
const planEveryMs = 20
const lookAgainMs = 250
const relayBytesPerMs = 2_500
/**
 * A neighbour is disconnected after `maxUnanswered` requests in a row without an answer, if nothing has come from it for `maxSilenceMs`.
 */
const maxUnanswered = 3
const maxSilenceMs = 1_500
/** Each request gives the neighbour at least this time. */
const leastWithinMs = 1_000
/** The page asks for its bytes this long before the picture would stop, because it needs time to demux and decode them. */
const appendMs = 200
/** At each plan, a viewer assumes at least this part of the lag of the previous plan. */
const lagMemory = 0.9

/** Plans at `atMs`, or later, when the machine of the viewer has processor time. */
export function planAt(room: Room, viewer: Viewer, atMs: number): void {
  const whenMs = Math.max(atMs, room.agenda.nowMs + 1, viewer.lastPlanMs + planEveryMs)
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
  viewer.lastPlanMs = nowMs
  if (viewer.wants.size === 0) return
  const members = room.members(viewer)
  viewer.player.aim(room.targetMs + extraLatencyOf(members.length + 1))
  const wants: PieceWant[] = []
  let untilMs = Number.POSITIVE_INFINITY
  for (const want of viewer.wants.values()) {
    want.deadlineMs = viewer.player.deadlineMsOf(partOf(want.piece)) - appendMs
    want.isOffered = false
    const isWaiting = mayWait(viewer, { deadlineMs: want.deadlineMs, nowMs })
    if (want.isWaiting && !isWaiting) want.knownAtMs = nowMs
    want.isWaiting = isWaiting
    if (isWaiting) untilMs = waitsUntilMs(viewer)
    else wants.push(want)
  }
  // Reading the clock takes time, so only some plans are timed.
  const isTimed = (room.counters.plans++ & 63) === 0
  const startedAt = isTimed ? performance.now() : 0
  const situation = {
    nowMs,
    self: viewer.member,
    wants,
    neighbours: viewer.links,
    members,
    roomSize: members.length + 1,
    relayMs: viewer.relayRttMs + 20,
    lagMs: viewer.lagMs,
    isPush: room.isPush,
    random: room.random,
  }
  const { decisions, wakeAtMs } = schedule<PieceWant>(situation)
  if (isTimed) room.counters.planMs += performance.now() - startedAt
  const reserve = reserveMs(situation)
  for (const decision of decisions) {
    if (decision.type === 'relay') countRelay(room, viewer, decision.want, reserve)
    carryOut(room, viewer, decision)
  }
  if (viewer.wants.size > 0) planAt(room, viewer, Math.min(wakeAtMs, untilMs, nowMs + lookAgainMs))
}

function countRelay({ agenda, counters }: Room, viewer: Viewer, want: PieceWant, reserve: number): void {
  if (!viewer.isGood) {
    counters.attackerBytes += pieceBytes
    return
  }
  counters.originBytes += pieceBytes
  const isLate = agenda.nowMs >= want.deadlineMs - reserve
  const isFirst = agenda.nowMs <= want.knownAtMs + 60
  const reason = want.isOld ? 'first' : isFirst && !isLate ? 'owned' : isLate ? 'late' : 'turn'
  counters.relayBytes[reason] += pieceBytes
}

function carryOut(room: Room, viewer: Viewer, decision: Decision<PieceWant>): void {
  const { want, type } = decision
  const { nowMs } = room.agenda
  if (type === 'relay') {
    want.relay = 'asked'
    const tookMs = viewer.relayRttMs + pieceBytes / relayBytesPerMs
    room.agenda.at(nowMs + tookMs, () => room.receive(viewer, want.piece, undefined))
  } else if (type === 'ask') {
    const link = viewer.linkTo(decision.neighbourId)
    if (!link) return
    want.asked = { neighbourId: decision.neighbourId, atMs: nowMs, expectedMs: decision.expectedMs }
    link.pendingRequests++
    link.pendingBytes += pieceBytes
    link.bytesTaken += pieceBytes
    const { piece, seed, deadlineMs } = want
    room.agenda.at(nowMs + link.rttMs / 2, () => hear(room, link, { piece, seed, deadlineMs }))
  } else if (type === 'drop') {
    const link = viewer.linkTo(want.asked?.neighbourId)
    if (link && want.asked) link.sampleRate(pieceBytes / (2 * Math.max(1, nowMs - want.asked.atMs)))
    refuse(viewer, want, Number.POSITIVE_INFINITY)
    if (link) cancel(room, link, want.piece)
    link?.noteAnswer(false)
    if (link && ++link.unanswered >= maxUnanswered && nowMs - link.heardAtMs > maxSilenceMs) room.ban(viewer, link)
  }
}

export function settle(viewer: Viewer, want: PieceWant): void {
  const link = viewer.linkTo(want.asked?.neighbourId)
  if (link) {
    link.pendingRequests--
    link.pendingBytes -= pieceBytes
  }
  want.asked = undefined
}

export function refuse(viewer: Viewer, want: PieceWant, retryAtMs: number): void {
  if (!want.asked) return
  want.refusals ??= new Map()
  want.refusals.set(want.asked.neighbourId, retryAtMs)
  settle(viewer, want)
}

/** The neighbour receives our request. `link` is our view of the neighbour. */
function hear(room: Room, link: Link, { seed, ...request }: { piece: number; seed: number; deadlineMs: number }): void {
  const { peer, reverse } = link
  if (peer.isGone || peer.kind === 'liar' || link.isClosed) return
  const { nowMs } = room.agenda
  const asker = reverse.peer
  const piece = { byteLength: pieceBytes, deadlineMs: request.deadlineMs - link.rttMs / 2 }
  const withinMs = Math.max(leastWithinMs, request.deadlineMs - nowMs)
  const may = peer.uploads && givesTo(room, peer, { piece: request.piece, seed, withinMs })
  const can = may && mayQueue(piece, queueOf(peer, reverse.tier, nowMs))
  if (may && !can) peer.estimate.refused()
  if (can) enqueue(room, peer, { to: reverse, ...request, isPush: false, copies: 0 })
  else
    room.agenda.at(nowMs + link.rttMs / 2, () => {
      link.unanswered = 0
      link.heardAtMs = room.agenda.nowMs
      link.noteAnswer(false)
      const want = asker.wants.get(request.piece)
      if (want?.asked?.neighbourId !== peer.member.id) return
      refuse(asker, want, room.agenda.nowMs + 100 + 150 * room.random())
      planAt(room, asker, 0)
    })
}
