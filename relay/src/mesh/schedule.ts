import type { Hex } from 'viem'
import { rankOf } from './rendezvous'
import type { Place } from './SegmentStore'

/** A segment that a player waits for, and the state of its fetch. All times use the same monotonic clock. */
export type Want = Readonly<Place> & {
  /** The length that the relay announced: an estimate. */
  readonly byteLength: number
  readonly wantedAtMs: number
  /** The time at which playback stops if the segment is missing. */
  readonly deadlineMs: number
  /** `failed`: the gateway cannot deliver the segment. */
  readonly gateway: 'idle' | 'asked' | 'failed'
  /** The peer that we are asking. `answered`: the first message of its answer has arrived. */
  readonly asked: { readonly peerId: Hex; readonly atMs: number; readonly answered: boolean } | undefined
  /** The peers that did not deliver the segment, and the time from which we can ask each of these peers again. */
  readonly rejections: ReadonlyMap<Hex, number>
}

/** The facts about a peer that the schedule needs. */
export type Source = {
  readonly id: Hex
  /** A relay takes no turn at the gateway, because it gets every segment without the mesh. */
  readonly isRelay: boolean
  readonly holdings: { has(place: Place): boolean; isFollowing(place: Place): boolean }
  /** `undefined`: no recent measurement. */
  readonly bytesPerMs: number | undefined
  /** The number of our open requests to this peer. */
  readonly pending: number
  /** We must pay this peer before we ask it for segments. */
  readonly isUnpaid: boolean
}

export type Situation<AnyWant extends Want = Want> = {
  readonly nowMs: number
  readonly selfId: Hex
  readonly wants: readonly AnyWant[]
  readonly sources: readonly Source[]
  /** How long the gateway takes for a segment: the longest time of its last answers. */
  readonly gatewayMs: number
  /** A random number of at least 0 and below 1. */
  random(): number
}

export type Decision<AnyWant extends Want = Want> =
  | { readonly type: 'ask'; readonly want: AnyWant; readonly peerId: Hex }
  /** The asked peer did not answer in time. */
  | { readonly type: 'drop'; readonly want: AnyWant }
  | { readonly type: 'gateway'; readonly want: AnyWant }
  /** The gateway has failed, and no peer that we can ask holds the segment. */
  | { readonly type: 'giveUp'; readonly want: AnyWant }

export type Plan<AnyWant extends Want = Want> = {
  /** In the order of execution. */
  readonly decisions: readonly Decision<AnyWant>[]
  /** When to plan again if no event comes before that time. `Infinity`: never. */
  readonly wakeAtMs: number
}

/** The largest number of open requests to one peer. A further request would only delay the other requests. */
const maxPending = 2
/**
 * Of every five viewers, one fetches a segment from the gateway. An ordinary uplink can send the segment to the other four viewers
 * in time.
 */
const fanOut = 5
/** If a peer has not started its answer after this time, we drop the request. An honest peer starts much earlier. */
export const maxSilenceMs = 600
const maxUploads = 4
/** If an upload lasts longer than this, we assume that the receiver is slow and that our uplink is not full. */
const swiftMs = 1_000
/** We choose at random among the peers whose expected time is at most this many times the shortest expected time. This spreads the load. */
const similarSpeed = 1.5
/** We assume this rate for a peer without a measurement. The rate is 4 Mbit/s. */
const assumedBytesPerMs = 500

/**
 * Decides which source to ask for which segment, and when. The segment with the nearest deadline comes first; of two segments
 * with the same deadline, the rarer one. Only a few viewers, whose turn it is, fetch a new segment from the gateway. The other
 * viewers wait until a peer holds the segment. A segment that is still missing shortly before its deadline is fetched from the
 * gateway. The same situation with the same random numbers gives the same plan.
 */
export function schedule<AnyWant extends Want>(situation: Situation<AnyWant>): Plan<AnyWant> {
  const { wants, sources } = situation
  const decisions: Decision<AnyWant>[] = []
  const pending = new Map(sources.map(({ id, pending }) => [id, pending]))
  const rarity = new Map(wants.map((want) => [want, sources.filter(({ holdings }) => holdings.has(want)).length]))
  const urgent = [...wants].sort(
    (a, b) => a.deadlineMs - b.deadlineMs || (rarity.get(a) as number) - (rarity.get(b) as number),
  )
  let wakeAtMs = Number.POSITIVE_INFINITY
  for (const want of urgent) {
    const next = decide(want, { ...situation, pending })
    decisions.push(...next.decisions)
    wakeAtMs = Math.min(wakeAtMs, next.wakeAtMs)
    for (const decision of next.decisions)
      if (decision.type === 'ask') pending.set(decision.peerId, (pending.get(decision.peerId) ?? 0) + 1)
  }
  return { decisions, wakeAtMs }
}

/** How long before its deadline a missing segment is fetched from the gateway, even if a peer is sending the segment. */
export const reserveMs = (gatewayMs: number): number => clamp(1.25 * gatewayMs + 300, { min: 600, max: 1_400 })

/**
 * Whether to start one more upload. `sinceMs`: the start times of the running uploads. Two fast uploads would share the uplink,
 * and both would be late. A slow upload does not fill the uplink, so a second upload can run beside it.
 */
export function hasUploadSlot({ sinceMs, nowMs }: { sinceMs: readonly number[]; nowMs: number }): boolean {
  return sinceMs.length < maxUploads && sinceMs.every((startMs) => nowMs - startMs > swiftMs)
}

/** Length of one turn: enough to fetch the segment from the gateway and to send HAVE. */
const turnMs = (gatewayMs: number): number => clamp(gatewayMs + 200, { min: 300, max: 900 })

type Deciding<AnyWant extends Want> = Situation<AnyWant> & { pending: ReadonlyMap<Hex, number> }

function decide<AnyWant extends Want>(want: AnyWant, situation: Deciding<AnyWant>): Plan<AnyWant> {
  const { nowMs, gatewayMs } = situation
  const { asked, gateway } = want
  const decisions: Decision<AnyWant>[] = []
  const wakes: number[] = []
  const isSilent = asked && !asked.answered && nowMs >= asked.atMs + maxSilenceMs
  if (isSilent) decisions.push({ type: 'drop', want })
  else if (asked && !asked.answered) wakes.push(asked.atMs + maxSilenceMs)
  const isWaiting = asked !== undefined && !isSilent

  const cutOffMs = want.deadlineMs - reserveMs(gatewayMs)
  if (gateway === 'idle' && nowMs >= cutOffMs) decisions.push({ type: 'gateway', want })
  else if (gateway !== 'asked') {
    if (gateway === 'idle') wakes.push(cutOffMs)
    if (!isWaiting) {
      const holders = holdersOf(want, { ...situation, cutOffMs })
      const best = pick(want, holders, situation)
      const turn = want.wantedAtMs + turnsBefore(want, situation) * turnMs(gatewayMs)
      if (best) decisions.push({ type: 'ask', want, peerId: best.id })
      else if (holders.length > 0) wakes.push(...holders.map(({ id }) => retryAtMs(want, id)))
      else if (gateway === 'failed' && nowMs < want.deadlineMs && hasUnpaidHolder(want, situation))
        wakes.push(want.deadlineMs)
      else if (gateway === 'failed') decisions.push({ type: 'giveUp', want })
      else if (nowMs >= turn) decisions.push({ type: 'gateway', want })
      else wakes.push(turn)
    }
  }
  return { decisions, wakeAtMs: Math.min(Number.POSITIVE_INFINITY, ...wakes.filter((wakeMs) => wakeMs > nowMs)) }
}

/**
 * Peers that hold the segment and could deliver it before `cutOffMs`, even if we must wait before we ask them, and holders without a
 * measurement. If the gateway has failed: all peers that hold the segment and that we can ask.
 */
function holdersOf(want: Want, { sources, nowMs, pending, cutOffMs }: Deciding<Want> & { cutOffMs: number }): Source[] {
  const { asked, gateway } = want
  return sources.filter((source) => {
    if (source.isUnpaid || source.id === asked?.peerId || !source.holdings.has(want)) return false
    if (retryAtMs(want, source.id) === Number.POSITIVE_INFINITY) return false
    // We ask a peer without a measurement, because its answer gives a measurement.
    if (gateway === 'failed' || source.bytesPerMs === undefined) return true
    return nowMs + expectedMs(want, { source, pending }) <= cutOffMs
  })
}

/** Whether a peer that we must pay first holds the segment. */
const hasUnpaidHolder = (want: Want, { sources }: Situation): boolean =>
  sources.some(({ isUnpaid, holdings }) => isUnpaid && holdings.has(want))

function pick(want: Want, holders: readonly Source[], { nowMs, pending, random }: Deciding<Want>): Source | undefined {
  const ready = holders
    .filter(({ id }) => retryAtMs(want, id) <= nowMs && (pending.get(id) ?? 0) < maxPending)
    .map((source) => ({ source, ms: expectedMs(want, { source, pending }) }))
  const bestMs = Math.min(...ready.map(({ ms }) => ms))
  const good = ready.filter(({ ms }) => ms <= bestMs * similarSpeed)
  return good[Math.floor(random() * good.length)]?.source
}

/** The number of turns before our turn. */
function turnsBefore(want: Want, { selfId, sources }: Situation): number {
  const others = sources.filter(({ isRelay, holdings }) => !isRelay && holdings.isFollowing(want)).map(({ id }) => id)
  const owners = Math.ceil((others.length + 1) / fanOut)
  return Math.max(0, rankOf({ selfId, others, place: want }) - owners + 1)
}

const retryAtMs = ({ rejections }: Want, id: Hex): number => rejections.get(id) ?? Number.NEGATIVE_INFINITY

/** How long the peer needs for this segment. The peer answers our earlier requests first. */
const expectedMs = (want: Want, { source, pending }: { source: Source; pending: ReadonlyMap<Hex, number> }): number =>
  ((1 + (pending.get(source.id) ?? 0)) * want.byteLength) / (source.bytesPerMs ?? assumedBytesPerMs)

const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value))
