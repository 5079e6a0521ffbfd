import { maxKnownMembers, seedOf } from '../../../relay/src/mesh/pieces/owners'
import { type Member, stripes } from '../../../relay/src/mesh/pieces/Situation'
import { tiersOf } from '../../../relay/src/mesh/pieces/serve'
import { Agenda } from './Agenda'
import { Counters } from './Counters'
import { planAt, receive } from './Exchange'
import type { Room } from './Room'
import { randomFrom } from './random'
import type { Scenario } from './Scenario'
import { bitrate, partMs, pieceBytes, piecesPerPart, releaseMsOf } from './Stream'
import { type Kind, Link, Viewer } from './Viewer'

const leastDegree = 8
const mostDegree = 16
const clusters = 6
/** Time from the announce to the open channel. */
const connectMs = { least: 200, most: 500 }
/** Time until a viewer notices that a neighbour has left without a message. */
const noticeMs = 1_500
/** Time until all members know a new member. */
const nameMs = 1_000

/** The seeds of a piece. The stripes get new owners one after the other, each once in 32 s. */
function seedsOf(piece: number): { seed: number; stripe: number; stripeSeed: number } {
  const known = seeds[piece]
  if (known) return known
  const stripe = piece % stripes
  const turn = Math.floor((releaseMsOf(piece) / 4_000 + stripe) / stripes)
  const made = { stripe, seed: seedOf(`piece ${piece}`), stripeSeed: seedOf(`stripe ${stripe} ${turn}`) }
  seeds[piece] = made
  return made
}
const seeds: { seed: number; stripe: number; stripeSeed: number }[] = []

/** All viewers of one stream, and the network between them. */
export class Swarm implements Room {
  readonly agenda = new Agenda()
  readonly counters = new Counters()
  readonly viewers = new Set<Viewer>()
  readonly all: Viewer[] = []
  readonly random: () => number
  readonly isPush: boolean
  readonly #scenario: Scenario
  readonly #list: Viewer[] = []
  #members: Viewer[] = []

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.isPush = scenario.isPush
    this.random = randomFrom(scenario.seed)
  }

  readonly members = (viewer: Viewer): readonly Member[] =>
    this.#members.length === 0
      ? []
      : this.#members.flatMap((other) => (other === viewer || viewer.banned.has(other) ? [] : [other.member]))
  readonly size = (): number => Math.max(1, this.viewers.size)

  runsAtMs(viewer: Viewer): number {
    const { starvation } = this.#scenario
    const { nowMs } = this.agenda
    if (!starvation || nowMs < starvation.fromMs || nowMs >= starvation.untilMs) return nowMs
    const { everyMs } = starvation
    const phaseMs = (viewer.index * 211) % everyMs
    return phaseMs + Math.ceil((nowMs - phaseMs) / everyMs) * everyMs
  }

  join(): Viewer {
    const { nowMs } = this.agenda
    const { random } = this
    const kind = this.#kind()
    const uplink = this.#uplink(kind)
    const cluster = Math.floor(random() * clusters)
    const relayRttMs = 20 + random() * 80
    const viewer = new Viewer(this.all.length, kind, uplink, cluster, relayRttMs, nowMs, this.#scenario.targetMs)
    this.all.push(viewer)
    this.viewers.add(viewer)
    this.#list.push(viewer)
    const { firstPart } = viewer.player
    const live = Math.floor(nowMs / partMs)
    for (let piece = firstPart * piecesPerPart; piece < live * piecesPerPart; piece++) this.#want(viewer, piece, true)
    if (viewer.wants.size > 0) planAt(this, viewer, 0)
    this.#connect(viewer)
    this.agenda.at(nowMs + nameMs, () => this.#name())
    const { sessionMs } = this.#scenario
    if (sessionMs) {
      const lengthMs = sessionMs[0] + random() * (sessionMs[1] - sessionMs[0])
      this.agenda.at(nowMs + lengthMs * random(), () => {
        if (viewer.isGone) return
        this.leave(viewer)
        this.join()
      })
    }
    return viewer
  }

  /** The viewer leaves without a message. */
  leave(viewer: Viewer): void {
    if (viewer.isGone) return
    viewer.isGone = true
    this.viewers.delete(viewer)
    const at = this.#list.indexOf(viewer)
    this.#list[at] = this.#list.at(-1) as Viewer
    this.#list.pop()
    this.agenda.at(this.agenda.nowMs + noticeMs, () => {
      for (const link of [...viewer.links]) this.#disconnect(link)
      this.#name()
    })
  }

  /** `undefined` if no viewer is left. */
  randomViewer(): Viewer | undefined {
    return this.#list[Math.floor(this.random() * this.#list.length)]
  }

  receive(viewer: Viewer, piece: number, link: Link | undefined): void {
    receive(this, viewer, piece, link)
  }

  ban(viewer: Viewer, link: Link): void {
    this.counters.bans++
    viewer.banned.add(link.peer)
    this.#disconnect(link)
    this.#connect(viewer)
  }

  /** The header of a new part arrives at all viewers. */
  release(part: number): void {
    const { nowMs } = this.agenda
    for (const viewer of this.viewers)
      this.agenda.at(nowMs + viewer.relayRttMs / 2, () => {
        if (viewer.isGone) return
        for (let index = 0; index < piecesPerPart; index++) this.#want(viewer, part * piecesPerPart + index, false)
        planAt(this, viewer, 0)
      })
  }

  /** Viewers with too few neighbours connect to more viewers. */
  keepDegree(): void {
    for (const viewer of this.viewers)
      if (viewer.links.length < Math.min(leastDegree, this.viewers.size - 1)) this.#connect(viewer)
  }

  /** Each viewer chooses the tier of its uploads to each neighbour. */
  chooseSlots(): void {
    for (const viewer of this.viewers) {
      const tiers = tiersOf(viewer.links, Math.floor(this.random() * viewer.links.length))
      viewer.links.forEach((link, index) => {
        link.tier = tiers[index] ?? 1
        link.bytesFrom /= 2
        link.bytesTo /= 2
        link.bytesTaken /= 2
      })
    }
  }

  #want(viewer: Viewer, piece: number, isBacklog: boolean): void {
    const { seed, stripe, stripeSeed } = seedsOf(piece)
    viewer.wants.set(piece, {
      piece,
      seed,
      stripe,
      stripeSeed,
      byteLength: pieceBytes,
      knownAtMs: this.agenda.nowMs,
      deadlineMs: releaseMsOf(piece) + this.#scenario.targetMs,
      isBacklog,
      relay: 'idle',
      asked: undefined,
      refusals: undefined,
    })
  }

  #connect(viewer: Viewer): void {
    const { random } = this
    const goal = Math.min(leastDegree, this.#list.length - 1)
    for (let tries = 0; tries < 3 * goal; tries++) {
      const other = this.randomViewer()
      if (!other || other === viewer) continue
      const latencyMs = connectMs.least + random() * (connectMs.most - connectMs.least)
      this.agenda.at(this.agenda.nowMs + latencyMs, () => {
        if (viewer.links.length >= goal || other.links.length >= mostDegree || viewer.isGone || other.isGone) return
        if (viewer.banned.has(other) || other.banned.has(viewer)) return
        if (viewer.links.some(({ peer }) => peer === other) || this.#isBlocked(viewer, other)) return
        const rttMs = viewer.cluster === other.cluster ? 20 + random() * 30 : 60 + random() * 90
        const link = new Link(other, rttMs, this.agenda)
        link.reverse = new Link(viewer, rttMs, this.agenda)
        link.reverse.reverse = link
        viewer.links.push(link)
        other.links.push(link.reverse)
        planAt(this, viewer, 0)
      })
    }
  }

  /** Some pairs can never connect through their NATs. */
  #isBlocked(a: Viewer, b: Viewer): boolean {
    const pair = `nat ${Math.min(a.index, b.index)} ${Math.max(a.index, b.index)}`
    return seedOf(pair) / 2 ** 32 < this.#scenario.natFailure
  }

  #disconnect(link: Link): void {
    for (const side of [link, link.reverse]) {
      const owner = side.reverse.peer
      const at = owner.links.indexOf(side)
      if (at >= 0) owner.links.splice(at, 1)
      side.isClosed = true
      owner.parents.forEach((parent, stripe) => {
        if (parent === side.member.id) owner.parents[stripe] = undefined
      })
      for (const want of owner.wants.values()) if (want.asked?.neighbourId === side.member.id) want.asked = undefined
      if (owner.isGone) continue
      planAt(this, owner, 0)
      if (owner.links.length < leastDegree) this.#connect(owner)
    }
  }

  #name(): void {
    if (this.viewers.size > maxKnownMembers) this.#members = []
    else this.#members = [...this.viewers]
  }

  #kind(): Kind {
    const { freeRiders, polluters, liars } = this.#scenario
    const { length } = this.all
    // In the small scenarios with an attacker, exactly one viewer is the attacker: the second viewer that joins.
    if (polluters + liars > 0 && freeRiders === 0) {
      if (length !== 1) return 'honest'
      return polluters > 0 ? 'polluter' : 'liar'
    }
    const chance = this.random()
    if (chance < freeRiders) return 'freeRider'
    return chance < freeRiders + polluters ? 'polluter' : 'honest'
  }

  #uplink(kind: Kind): number {
    const { uplink } = this.#scenario
    if ('fixed' in uplink) return uplink.fixed * bitrate
    const normal = Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random())
    const drawn = uplink.median * Math.exp(uplink.sigma * normal)
    return kind === 'freeRider' ? 1e-9 : Math.min(uplink.most, Math.max(0.05, drawn)) * bitrate
  }
}
