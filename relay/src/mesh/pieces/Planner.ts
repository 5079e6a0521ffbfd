import type { Level } from './Level'
import type { Members } from './Members'
import type { PieceStore } from './PieceStore'
import type { PieceWant } from './PieceWant'
import type { RelaySource } from './RelaySource'
import type { Decision } from './Situation'
import { schedule } from './schedule'

export type PlannerOptions = { store: PieceStore; relay: RelaySource; members: Members; random(): number }

/** The least time between two plans. */
const planEveryMs = 30
/** The longest time between two plans while pieces are wanted. The deadlines can change with the position of the player. */
const lookAgainMs = 250
/** If the relay has failed, we can ask a silent neighbour for the same piece again after this time. */
const silentPauseMs = 1_000
/** The time after which we can ask a silent relay in the room again. It is shorter, because this relay is the last source. */
const silentRelayPauseMs = 300
/** At each plan, we assume at least this fraction of the lag of the previous plan. */
const lagMemory = 0.9

/** Runs the schedule after each event and at the times that the schedule asks for, and carries out its decisions. */
export class Planner {
  readonly #options: PlannerOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #dueMs = Number.POSITIVE_INFINITY
  #plannedMs = Number.NEGATIVE_INFINITY
  /** How late our timers fired in the last plans. */
  #lagMs = 0
  #isClosed = false

  constructor(options: PlannerOptions) {
    this.#options = options
  }

  /** Makes a new plan soon. */
  wake(): void {
    this.#planAt(this.#plannedMs + planEveryMs)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #planAt(atMs: number): void {
    const nowMs = performance.now()
    const dueMs = Math.max(atMs, nowMs)
    if (dueMs >= this.#dueMs || this.#isClosed) return
    clearTimeout(this.#timer)
    this.#dueMs = dueMs
    this.#timer = setTimeout(() => this.#run(), dueMs - nowMs)
  }

  #run(): void {
    const nowMs = performance.now()
    this.#lagMs = Math.max(nowMs - this.#dueMs, this.#lagMs * lagMemory)
    this.#dueMs = Number.POSITIVE_INFINITY
    this.#plannedMs = nowMs
    for (const level of [...this.#options.members.levels.values()]) this.#plan(level, nowMs)
  }

  #plan(level: Level, nowMs: number): void {
    const { store, relay, random, members: room } = this.#options
    const { streamId } = level.followed
    const members = room.of(streamId)
    this.drop(level.refresh(store.of(streamId), { nowMs, isAlone: members.length === 0 }))
    const { wants } = level
    if (wants.length === 0) return
    for (const want of wants) relay.look(want, { nowMs, lagMs: this.#lagMs })
    const { decisions, wakeAtMs } = schedule<PieceWant>({
      ...{ nowMs, self: room.self, wants, members, roomSize: members.length + 1, random },
      neighbours: room.viewers,
      ...{ relayMs: relay.relayMs, lagMs: this.#lagMs, isPush: true },
    })
    const fromRelay: PieceWant[] = []
    for (const decision of decisions) this.#carryOut(decision, { nowMs, fromRelay })
    relay.fetch(fromRelay, nowMs)
    this.#planAt(Math.min(wakeAtMs, nowMs + lookAgainMs))
  }

  /** Withdraws the requests for these pieces. */
  drop(wants: readonly PieceWant[]): void {
    for (const want of wants) {
      this.#options.relay.cancel(want)
      if (want.asked) this.#options.members.neighbours.get(want.asked.neighbourId)?.withdraw(want)
      want.asked = undefined
    }
  }

  #carryOut(decision: Decision<PieceWant>, { nowMs, fromRelay }: { nowMs: number; fromRelay: PieceWant[] }): void {
    const { want, type } = decision
    const { neighbours } = this.#options.members
    if (type === 'relay') fromRelay.push(want)
    else if (type === 'drop') {
      const silent = want.asked && neighbours.get(want.asked.neighbourId)
      silent?.overdue(want, nowMs)
      const isLastSource = silent?.isRelay || want.relay === 'failed'
      const pauseMs = silent?.isRelay ? silentRelayPauseMs : silentPauseMs
      want.refuse(isLastSource ? nowMs + pauseMs : Number.POSITIVE_INFINITY)
      silent?.withdraw(want)
    } else if (type === 'ask') {
      const { neighbourId, expectedMs } = decision
      neighbours.get(neighbourId)?.ask(want, { nowMs, expectedMs })
    }
    // `giveUp`: the player still waits for the piece. The relay is asked again after a pause.
  }
}
