import type { Hex } from 'viem'
import { fullMeshSize, oneOwnerSize, ownerOf, turnsBefore, uniformOf } from './owners'
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
/**
 * How long we wait for a push from a parent, in addition to the round trip. For a push from an owner, we wait three times as long, plus the
 * time in which the owner gets the piece from the relay.
 */
const graceMs = 200
/**
 * To the cost of a neighbour with a full uplink, we add this many times the expected time, so that equal members upload about equally many
 * bytes.
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
  const turns = new Map<number, number>()
  let wakeAtMs = Number.POSITIVE_INFINITY
  let isWaiting = false
  const wake = (atMs: number) => {
    if (atMs > situation.nowMs && atMs < wakeAtMs) wakeAtMs = atMs
  }
  for (const want of situation.wants) {
    const cutOffMs = want.deadlineMs - reserveMs(situation) * spreadOf(want, situation)
    if (isSilent(want, situation)) decisions.push({ type: 'drop', want })
    else if (want.asked) wake(want.asked.atMs + silenceMs(want.asked, situation))
    if (want.relay === 'asked') continue
    if (want.relay === 'idle') {
      if (situation.nowMs >= cutOffMs) {
        decisions.push({ type: 'relay', want })
        continue
      }
      wake(cutOffMs)
    }
    if (want.asked && !isSilent(want, situation)) continue
    const firstMs = firstHeldMs(want, situation)
    if (firstMs < Number.POSITIVE_INFINITY) {
      const untilMs = pushUntilMs(want, situation, firstMs)
      if (untilMs > situation.nowMs) wake(untilMs)
      else ready.push({ want, holders: situation.neighbours.filter((neighbour) => isHolder(neighbour, want)) })
      continue
    }
    isWaiting = true
    const turnMs = turnAtMs(want, situation, turns)
    if (want.relay === 'failed') {
      if (situation.nowMs >= want.deadlineMs) decisions.push({ type: 'giveUp', want })
      else wake(want.deadlineMs)
    } else if (situation.nowMs >= turnMs) decisions.push({ type: 'relay', want })
    else wake(turnMs)
  }
  ready.sort((a, b) => a.want.deadlineMs - b.want.deadlineMs || a.holders.length - b.holders.length)
  const load = new Map<Hex, { requests: number; bytes: number }>()
  for (const { want, holders } of ready) {
    const best = pick(want, holders, situation, load)
    if (best) {
      const { requests, bytes } = load.get(best.neighbour.member.id) ?? { requests: 0, bytes: 0 }
      load.set(best.neighbour.member.id, { requests: requests + 1, bytes: bytes + want.byteLength })
      const subscribe = isStriped(situation) && !want.isBacklog
      decisions.push({ type: 'ask', want, neighbourId: best.neighbour.member.id, subscribe, expectedMs: best.ms })
    } else for (const { member } of holders) wake(retryAtMs(want, member.id))
  }
  return { decisions, wakeAtMs, isWaiting }
}

/** Whether members get pieces through subscriptions to stripes. In a smaller room, the owner of a piece pushes it instead. */
export const isStriped = ({ roomSize, isPush }: Pick<Situation, 'roomSize' | 'isPush'>): boolean =>
  isPush && roomSize > oneOwnerSize

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

const isSilent = (want: Want, situation: Situation): boolean =>
  want.asked !== undefined && situation.nowMs >= want.asked.atMs + silenceMs(want.asked, situation)

/**
 * Of the neighbours that we can ask: the earliest time at which one of them said that it holds the piece. `Infinity`: none of them said so.
 */
function firstHeldMs<AnyWant extends Want>(want: AnyWant, { neighbours }: Situation<AnyWant>): number {
  let firstMs = Number.POSITIVE_INFINITY
  for (const neighbour of neighbours) {
    const sinceMs = neighbour.heldSinceMs(want)
    if (sinceMs < firstMs && isHolder(neighbour, want)) firstMs = sinceMs
  }
  return firstMs
}

function isHolder<AnyWant extends Want>(neighbour: Neighbour<AnyWant>, want: AnyWant): boolean {
  if (neighbour.isUnpaid || !(neighbour.heldSinceMs(want) < Number.POSITIVE_INFINITY)) return false
  const { id } = neighbour.member
  return id !== want.asked?.neighbourId && retryAtMs(want, id) < Number.POSITIVE_INFINITY
}

/** The time of our turn: then we fetch the piece from the relay, if no neighbour holds it. */
function turnAtMs(want: Want, situation: Situation, known: Map<number, number>): number {
  if (want.isBacklog) return Number.POSITIVE_INFINITY
  const seed = ownerSeed(want, situation)
  let turns = known.get(seed)
  if (turns === undefined) {
    turns = turnsBefore({ ...situation, seed })
    known.set(seed, turns)
  }
  // In a room in which not all members are connected, a piece needs longer than one fetch to reach the last member.
  const patience = isSmall(situation) ? 1 : 3
  const turnMs = clamp(situation.relayMs + 200 + situation.lagMs, { min: 300, max: 900 }) * patience
  return turns === 0 ? want.knownAtMs : want.knownAtMs + turns * turnMs
}

const isSmall = ({ roomSize }: Situation): boolean => roomSize <= fullMeshSize

/**
 * Without stripes, each piece has its own owner, so all members upload about equally many bytes. With stripes, all pieces of a stripe have
 * the same owners, so members keep their parents.
 */
const ownerSeed = (want: Want, situation: Situation): number => (isStriped(situation) ? want.stripeSeed : want.seed)

/** The time until which we wait for a push of the piece. 0: we expect no push. */
function pushUntilMs<AnyWant extends Want>(want: AnyWant, situation: Situation<AnyWant>, firstMs: number): number {
  const { isPush, neighbours, members, self, parents, lagMs, relayMs } = situation
  if (!isPush || want.isBacklog) return 0
  if (!isStriped(situation)) {
    const owner: Member | undefined = ownerOf(members, self, want.seed)
    const pusher = owner && neighbours.find(({ member }) => member.id === owner.id)
    if (!pusher) return 0
    const longestMs = 0.4 * (want.deadlineMs - want.knownAtMs)
    return want.knownAtMs + Math.min(longestMs, relayMs + pusher.rttMs + 3 * graceMs) + lagMs
  }
  const parentId = parents[want.stripe]
  const parent = parentId && neighbours.find(({ member }) => member.id === parentId)
  if (!parent) return 0
  return firstMs + parent.rttMs + graceMs + lagMs
}

function pick<AnyWant extends Want>(
  want: AnyWant,
  holders: readonly Neighbour<AnyWant>[],
  { nowMs, random }: Situation<AnyWant>,
  load: ReadonlyMap<Hex, { requests: number; bytes: number }>,
): { neighbour: Neighbour<AnyWant>; ms: number } | undefined {
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
    const taken = (bytesTaken + (more?.bytes ?? 0)) / Math.max(leastWeight, member.weight)
    able.push({ neighbour, ms, cost, taken })
  }
  const spareMs = spareShare * Math.max(0, want.deadlineMs - nowMs)
  const good = able.filter(({ cost }) => cost <= best * similarSpeed + spareMs)
  // Each member takes bytes from its neighbours in proportion to their weights, so equal members upload about equally many bytes.
  const least = Math.min(...good.map(({ taken }) => taken))
  const fair = good.filter(({ taken }) => taken <= least)
  return fair[Math.floor(random() * fair.length)]
}

const retryAtMs = ({ refusals }: Want, id: Hex): number => refusals?.get(id) ?? Number.NEGATIVE_INFINITY

const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value))
