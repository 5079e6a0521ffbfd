import type { Hex } from 'viem'
import { rankOf } from './rendezvous'
import type { Place } from './SegmentStore'

/** A segment that a player waits for, and how far it is. Times are of one clock that never goes back. */
export type Want = Readonly<Place> & {
  /** As a relay says it: a guess. */
  readonly byteLength: number
  readonly wantedAtMs: number
  /** When the picture stops without it. */
  readonly deadlineMs: number
  /** `failed`: nothing more is to be had there. */
  readonly gateway: 'idle' | 'asked' | 'failed'
  /** The peer that is asked now; `answered` from its first word on. */
  readonly asked: { readonly peerId: Hex; readonly atMs: number; readonly answered: boolean } | undefined
  /** Who did not give it, and when it may be asked again. */
  readonly refusals: ReadonlyMap<Hex, number>
}

/** A peer as far as the decision needs it. */
export type Source = {
  readonly id: Hex
  /** Relays hold everything sooner or later: they take no turns. */
  readonly isRelay: boolean
  readonly holdings: { has(place: Place): boolean; isFollowing(place: Place): boolean }
  /** As measured lately. */
  readonly bytesPerMs: number | undefined
  /** Answers of it that are under way. */
  readonly pending: number
  /** The peer wants to be paid first: it is not asked. */
  readonly isUnpaid: boolean
}

export type Situation<AnyWant extends Want = Want> = {
  readonly nowMs: number
  readonly selfId: Hex
  readonly wants: readonly AnyWant[]
  readonly sources: readonly Source[]
  /** How long the gateway takes for a segment, by the slowest of late. */
  readonly gatewayMs: number
  /** From 0 to below 1. */
  random(): number
}

export type Decision<AnyWant extends Want = Want> =
  | { readonly type: 'ask'; readonly want: AnyWant; readonly peerId: Hex }
  /** Who was asked says nothing. */
  | { readonly type: 'drop'; readonly want: AnyWant }
  | { readonly type: 'gateway'; readonly want: AnyWant }
  /** Nobody has it. */
  | { readonly type: 'giveUp'; readonly want: AnyWant }

export type Plan<AnyWant extends Want = Want> = {
  /** In the order in which to act. */
  readonly decisions: readonly Decision<AnyWant>[]
  /** When to decide again, should nothing happen before. */
  readonly wakeAtMs: number
}

/** To ask one peer for more at once only makes each of them later. */
const maxPending = 2
/** One copy from the gateway for so many viewers: what an ordinary uplink can pass on in time. */
const fanOut = 5
/** An honest peer says its first word long before. */
export const silenceMs = 600
const maxUploads = 4
/** A swift upload is over by then. */
const swiftMs = 1_000
/** Among peers that are about as fast, chance spreads the load. */
const aboutAsFast = 1.5
/** What a peer may be worth that was never measured: 4 Mbit/s. */
const assumedBytesPerMs = 500

/**
 * Who is asked for what, and when: nearest deadline first, then rarest. A fresh segment is fetched from the gateway by the
 * few whose turn it is, the others wait for these to have it; whatever has not come when the deadline nears is fetched
 * from the gateway. Pure: the same situation gives the same plan.
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

/** So long before its deadline a segment is fetched from the gateway, however promising the peers. */
export const reserveMs = (gatewayMs: number): number => clamp(1.25 * gatewayMs + 300, { min: 600, max: 1_400 })

/**
 * Whether to serve one more, given since when the others are served. One after the other: two at once share the uplink, and
 * both come too late. What lasts is slow at the other end, and leaves room.
 */
export function hasUploadSlot({ sinceMs, nowMs }: { sinceMs: readonly number[]; nowMs: number }): boolean {
  return sinceMs.length < maxUploads && sinceMs.every((startMs) => nowMs - startMs > swiftMs)
}

/** How long whose turn it is has before the next one's comes: to fetch the segment and to say so. */
const turnMs = (gatewayMs: number): number => clamp(gatewayMs + 200, { min: 300, max: 900 })

type Deciding<AnyWant extends Want> = Situation<AnyWant> & { pending: ReadonlyMap<Hex, number> }

function decide<AnyWant extends Want>(want: AnyWant, situation: Deciding<AnyWant>): Plan<AnyWant> {
  const { nowMs, gatewayMs } = situation
  const { asked, gateway } = want
  const decisions: Decision<AnyWant>[] = []
  const wakes: number[] = []
  const isSilent = asked && !asked.answered && nowMs >= asked.atMs + silenceMs
  if (isSilent) decisions.push({ type: 'drop', want })
  else if (asked && !asked.answered) wakes.push(asked.atMs + silenceMs)
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

/** Peers that have it and could give it in time, be it not at once. */
function holdersOf(want: Want, { sources, nowMs, pending, cutOffMs }: Deciding<Want> & { cutOffMs: number }): Source[] {
  const { asked, gateway } = want
  return sources.filter((source) => {
    if (source.isUnpaid || source.id === asked?.peerId || !source.holdings.has(want)) return false
    if (retryAtMs(want, source.id) === Number.POSITIVE_INFINITY) return false
    // Who was never measured gets a chance.
    if (gateway === 'failed' || source.bytesPerMs === undefined) return true
    return nowMs + expectedMs(want, { source, pending }) <= cutOffMs
  })
}

/** Whether a payment can still bring the segment: `Accounting` decides. */
const hasUnpaidHolder = (want: Want, { sources }: Situation): boolean =>
  sources.some(({ isUnpaid, holdings }) => isUnpaid && holdings.has(want))

function pick(want: Want, holders: readonly Source[], { nowMs, pending, random }: Deciding<Want>): Source | undefined {
  const ready = holders
    .filter(({ id }) => retryAtMs(want, id) <= nowMs && (pending.get(id) ?? 0) < maxPending)
    .map((source) => ({ source, ms: expectedMs(want, { source, pending }) }))
  const bestMs = Math.min(...ready.map(({ ms }) => ms))
  const good = ready.filter(({ ms }) => ms <= bestMs * aboutAsFast)
  return good[Math.floor(random() * good.length)]?.source
}

/** How many turns others have before us. */
function turnsBefore(want: Want, { selfId, sources }: Situation): number {
  const others = sources.filter(({ isRelay, holdings }) => !isRelay && holdings.isFollowing(want)).map(({ id }) => id)
  const owners = Math.ceil((others.length + 1) / fanOut)
  return Math.max(0, rankOf({ selfId, others, place: want }) - owners + 1)
}

const retryAtMs = ({ refusals }: Want, id: Hex): number => refusals.get(id) ?? Number.NEGATIVE_INFINITY

/** One after the other: what is under way comes first. */
const expectedMs = (want: Want, { source, pending }: { source: Source; pending: ReadonlyMap<Hex, number> }): number =>
  ((1 + (pending.get(source.id) ?? 0)) * want.byteLength) / (source.bytesPerMs ?? assumedBytesPerMs)

const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value))
