import type { Hex } from 'viem'
import { fullMeshSize, ownerOf, turnsBefore, uniformOf } from './owners'
import type { Decision, Member, Neighbour, Plan, Situation, Want } from './Situation'

/** The largest number of open requests to one neighbour. A further request would only delay the other requests. */
const maxPending = 8
/** The largest number of open requests to a neighbour without a measurement. */
const maxUnmeasured = 3
/** We assume this rate for a neighbour without a measurement, for each unit of its weight. The rate is 2.24 Mbit/s. */
const assumedBytesPerMs = 280
const leastWeight = 0.05
/**
 * We choose among the neighbours whose cost is at most this many times the lowest cost. Cost: the expected time, plus the time that
 * `loadPenalty` adds.
 */
const similarSpeed = 1.5
/** To the limit that `similarSpeed` sets, we add this fraction of the time until the deadline. */
const spareShare = 0.05
/** How long we wait for a push from an owner, in addition to the round trip and the time in which the owner gets the piece from the relay. */
const graceMs = 600
/** When the owner has told us that it holds the piece, a push can still come within this time. */
const toldGraceMs = 100
/**
 * In a room of more than 17 members, a turn lasts this many times as long. A shorter turn costs copies from the relay. With a longer turn,
 * a piece is late if its owner is hostile.
 */
const twoSteps = 1.5
/**
 * To the cost of a neighbour that declines our requests, or does not answer them, we add up to this many times the expected time.
 */
const loadPenalty = 3

/**
 * Decides which source to ask for which piece, and when. The piece with the nearest deadline comes first; of two pieces with the
 * same deadline, the rarer one. The owners of a piece fetch it from the relay immediately. The other members wait for a push, then ask a
 * neighbour that holds the piece. A piece that is still missing shortly before its deadline is fetched from the relay. The
 * same situation with the same random numbers gives the same plan.
 */
export function schedule<AnyWant extends Want>(situation: Situation<AnyWant>): Plan<AnyWant> {
  const decisions: Decision<AnyWant>[] = []
  const ready: { want: AnyWant; holders: readonly Neighbour<AnyWant>[] }[] = []
  const { nowMs } = situation
  const longestReserveMs = reserveMs(situation)
  let wakeAtMs = Number.POSITIVE_INFINITY
  let isWaiting = false
  const wake = (atMs: number) => {
    if (atMs > nowMs && atMs < wakeAtMs) wakeAtMs = atMs
  }
  for (const want of situation.wants) {
    const answerByMs = want.asked ? want.asked.atMs + silenceMs(want.asked, situation) : Number.POSITIVE_INFINITY
    const isSilent = nowMs >= answerByMs
    if (isSilent) decisions.push({ type: 'drop', want })
    else wake(answerByMs)
    if (want.relay === 'asked') continue
    if (want.relay === 'idle') {
      const cutOffMs = want.deadlineMs - longestReserveMs * spreadOf(want, situation)
      if (nowMs >= cutOffMs) {
        decisions.push({ type: 'relay', want })
        continue
      }
      wake(cutOffMs)
    }
    if (want.asked && !isSilent) continue
    const { holders, firstMs } = holdersOf(want, situation)
    if (firstMs < Number.POSITIVE_INFINITY) {
      const untilMs = pushUntilMs(want, situation)
      if (untilMs > nowMs) wake(untilMs)
      else ready.push({ want, holders })
      continue
    }
    isWaiting = true
    const turnMs = turnAtMs(want, situation)
    if (want.relay === 'failed') {
      if (nowMs >= want.deadlineMs) decisions.push({ type: 'giveUp', want })
      else wake(want.deadlineMs)
    } else if (nowMs >= turnMs) decisions.push({ type: 'relay', want })
    else wake(turnMs)
  }
  if (ready.length === 0) return { decisions, wakeAtMs, isWaiting }
  ready.sort((a, b) => a.want.deadlineMs - b.want.deadlineMs || a.holders.length - b.holders.length)
  const load = new Map<Hex, { requests: number; bytes: number }>()
  for (const { want, holders } of ready) {
    const best = pick(want, holders, situation, load)
    if (best) {
      const { requests, bytes } = load.get(best.neighbour.member.id) ?? { requests: 0, bytes: 0 }
      load.set(best.neighbour.member.id, { requests: requests + 1, bytes: bytes + want.byteLength })
      decisions.push({ type: 'ask', want, neighbourId: best.neighbour.member.id, expectedMs: best.ms })
    } else for (const { member } of holders) wake(retryAtMs(want, member.id))
  }
  return { decisions, wakeAtMs, isWaiting }
}

/** How long before its deadline a missing piece is fetched from the relay. */
export const reserveMs = ({ relayMs, lagMs }: Pick<Situation, 'relayMs' | 'lagMs'>): number =>
  clamp(1.25 * relayMs + 300 + lagMs, { min: 450, max: 1_400 })

/**
 * A factor for `reserveMs` that differs between members. So some members fetch a late piece earlier than the others, and give the piece to
 * the others.
 */
const spreadOf = (want: Want, { self, roomSize }: Situation): number =>
  roomSize === 1 ? 1 : 0.65 + 0.35 * uniformOf(self.seed, want.seed)

/** Under load, all answers are late. More requests would make the answers later, so we wait longer. */
const silenceMs = ({ expectedMs }: { expectedMs: number }, { lagMs }: Situation): number =>
  clamp(2 * expectedMs + 150, { min: 300, max: 900 }) + 2 * lagMs

const noHolders: readonly never[] = []

/** The neighbours that we can ask for the piece, and the earliest time at which one of them told us that it holds the piece. */
function holdersOf<AnyWant extends Want>(want: AnyWant, { neighbours }: Situation<AnyWant>) {
  let holders: Neighbour<AnyWant>[] | undefined
  let firstMs = Number.POSITIVE_INFINITY
  for (const neighbour of neighbours) {
    const sinceMs = neighbour.heldSinceMs(want)
    if (!(sinceMs < Number.POSITIVE_INFINITY) || !isAble(neighbour, want)) continue
    if (sinceMs < firstMs) firstMs = sinceMs
    if (holders) holders.push(neighbour)
    else holders = [neighbour]
  }
  return { holders: holders ?? noHolders, firstMs }
}

function isAble<AnyWant extends Want>({ isUnpaid, member: { id } }: Neighbour<AnyWant>, want: AnyWant): boolean {
  return !isUnpaid && id !== want.asked?.neighbourId && retryAtMs(want, id) < Number.POSITIVE_INFINITY
}

/** The time of our turn: then we fetch the piece from the relay, if no neighbour holds it. */
function turnAtMs(want: Want, situation: Situation): number {
  if (want.isBacklog) return Number.POSITIVE_INFINITY
  const { self, members } = situation
  const turns = turnsBefore({ self, members, seed: want.seed })
  // In a room in which not all members are connected, a piece of the owner reaches us in two steps.
  const patience = isSmall(situation) ? 1 : twoSteps
  const turnMs = clamp(situation.relayMs + 200 + situation.lagMs, { min: 300, max: 900 }) * patience
  return turns === 0 ? want.knownAtMs : want.knownAtMs + turns * turnMs
}

const isSmall = ({ roomSize }: Situation): boolean => roomSize <= fullMeshSize

/** The time until which we wait for a push of the piece. 0: we expect no push. */
function pushUntilMs<AnyWant extends Want>(want: AnyWant, situation: Situation<AnyWant>): number {
  const { isPush, neighbours, members, self, lagMs, relayMs } = situation
  if (!isPush || want.isBacklog) return 0
  const owner: Member | undefined = ownerOf(members, self, want.seed)
  const pusher = owner && neighbours.find(({ member }) => member.id === owner.id)
  if (!pusher) return 0
  const longestMs = 0.4 * (want.deadlineMs - want.knownAtMs)
  const untilMs = want.knownAtMs + Math.min(longestMs, relayMs + pusher.rttMs + graceMs) + lagMs
  // In a larger room, an owner pushes a piece to some neighbours, and tells the others that it holds the piece.
  return isSmall(situation) ? untilMs : Math.min(untilMs, pusher.heldSinceMs(want) + toldGraceMs + lagMs)
}

function pick<AnyWant extends Want>(
  want: AnyWant,
  holders: readonly Neighbour<AnyWant>[],
  situation: Situation<AnyWant>,
  load: ReadonlyMap<Hex, { requests: number; bytes: number }>,
): { neighbour: Neighbour<AnyWant>; ms: number } | undefined {
  const { nowMs, random } = situation
  const isFullMesh = isSmall(situation)
  const able: { neighbour: Neighbour<AnyWant>; ms: number; cost: number; taken: number }[] = []
  let best = Number.POSITIVE_INFINITY
  for (const neighbour of holders) {
    const { member, pendingRequests, pendingBytes, rttMs, load: use, bytesPerMs, bytesTaken } = neighbour
    const more = load.get(member.id)
    const most = bytesPerMs === undefined ? maxUnmeasured : maxPending
    if (retryAtMs(want, member.id) > nowMs || pendingRequests + (more?.requests ?? 0) >= most) continue
    const rate = bytesPerMs ?? assumedBytesPerMs * Math.max(leastWeight, member.weight)
    const ms = rttMs + (pendingBytes + (more?.bytes ?? 0) + want.byteLength) / rate
    const cost = ms * (1 + loadPenalty * use)
    best = Math.min(best, cost)
    const taken = usedOf({
      member,
      bytesTaken: bytesTaken + (more?.bytes ?? 0),
      degree: isFullMesh ? 1 : neighbour.degree,
    })
    able.push({ neighbour, ms, cost, taken })
  }
  const spareMs = spareShare * Math.max(0, want.deadlineMs - nowMs)
  const good = able.filter(({ cost }) => cost <= best * similarSpeed + spareMs)
  // Each member takes bytes from its neighbours in proportion to their weights, so equal members upload about equally many bytes.
  const least = Math.min(...good.map(({ taken }) => taken))
  const fair = good.filter(({ taken }) => taken <= least)
  return fair[Math.floor(random() * fair.length)]
}

/**
 * How many bytes we took from a neighbour, compared with its fair share: a neighbour with twice the weight gives twice as much, and a
 * neighbour with twice as many neighbours gives each of them half as much.
 */
const usedOf = ({ bytesTaken, degree, member }: Pick<Neighbour, 'bytesTaken' | 'degree' | 'member'>): number =>
  (bytesTaken * degree) / Math.max(leastWeight, member.weight)

/**
 * The order in which an owner pushes a piece to its neighbours: the neighbours that gave us least of their share are first, because the
 * first holders of a piece give it to the others. Neighbours that upload nothing are last. `positionOf`: breaks ties.
 */
export function inPushOrder<Any extends Pick<Neighbour, 'bytesTaken' | 'degree' | 'member'>>(
  neighbours: readonly Any[],
  { seed, uploads }: { seed: number; uploads(neighbour: Any): boolean },
): Any[] {
  const scored = neighbours.map((neighbour) => ({
    neighbour,
    isLast: Number(!uploads(neighbour)),
    used: usedOf(neighbour),
    at: uniformOf(neighbour.member.seed, seed),
  }))
  scored.sort((a, b) => a.isLast - b.isLast || a.used - b.used || a.at - b.at)
  return scored.map(({ neighbour }) => neighbour)
}

const retryAtMs = ({ refusals }: Want, id: Hex): number => refusals?.get(id) ?? Number.NEGATIVE_INFINITY

const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value))
