import { seedOf } from '../../../relay/src/mesh/pieces/owners'
import type { Member } from '../../../relay/src/mesh/pieces/Situation'
import { tiersOf } from '../../../relay/src/mesh/pieces/serve'
import { Agenda } from './Agenda'
import { receive } from './Arrival'
import { Counters } from './Counters'
import { circleOf } from './circle'
import { planAt } from './Exchange'
import { chooseAskers, spreadHeader } from './headers'
import { waitsUntilMs } from './joining'
import { Player } from './Player'
import type { Room } from './Room'
import { randomFrom } from './random'
import { drawUplink, type Scenario } from './Scenario'
import { partMs, partsPerSegment, pieceBytes, piecesPerPart, releaseMsOf } from './Stream'
import { type Kind, Link, Viewer } from './Viewer'

const leastDegree = 8
const mostDegree = 16
const clusters = 6
/** Time from the announce to the open channel. */
const connectMs = { least: 200, most: 500 }
/** Time until a viewer notices that a neighbour has left without a message. */
const noticeMs = 1_500
/** From the join until the viewer knows the relays and connects to other viewers, and until it knows the stream and asks for bytes. */
const knowMs = 150
const startMs = 350
/** After this number of parts, other viewers ask the relay for parts. */
const partsPerTurn = 8 * partsPerSegment

function seedOfPiece(piece: number): number {
  const seed = seeds[piece] ?? seedOf(`piece ${piece}`)
  seeds[piece] = seed
  return seed
}
const seeds: number[] = []

/** All viewers of one stream, and the network between them. */
export class Swarm implements Room {
  readonly agenda = new Agenda()
  readonly counters = new Counters()
  readonly viewers = new Set<Viewer>()
  readonly all: Viewer[] = []
  readonly random: () => number
  readonly isPush: boolean
  readonly targetMs: number
  readonly #scenario: Scenario
  readonly #list: Viewer[] = []

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.isPush = scenario.isPush
    this.targetMs = scenario.targetMs
    this.random = randomFrom(scenario.seed)
  }

  readonly members = (viewer: Viewer): readonly Member[] =>
    circleOf(viewer, { nowMs: this.agenda.nowMs, isCircle: this.#scenario.isCircle })

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
    const uplink = drawUplink(this.#scenario, { kind, random })
    const cluster = Math.floor(random() * clusters)
    const relayRttMs = 20 + random() * 80
    const player = new Player({ joinedMs: nowMs, startsMs: nowMs + startMs, targetMs: this.targetMs })
    const viewer = new Viewer({ index: this.all.length, kind, uplink, cluster, relayRttMs, joinedMs: nowMs, player })
    this.all.push(viewer)
    this.viewers.add(viewer)
    this.#list.push(viewer)
    this.#start(viewer)
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

  /** Like the page, a new viewer joins the mesh while it looks for the stream. It plays from the beginning of a segment. */
  #start(viewer: Viewer): void {
    const { agenda } = this
    agenda.at(viewer.joinedMs + knowMs, () => this.#connect(viewer))
    agenda.at(viewer.player.startsMs, () => {
      viewer.livePart = Math.floor(agenda.nowMs / partMs)
      for (let part = viewer.player.firstPart; part < viewer.livePart; part++) this.#wantPart(viewer, part, true)
      planAt(this, viewer, 0)
    })
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

  /** The relay has a new part. Its header reaches the viewers from the relay and through the mesh. */
  release(part: number): void {
    if (part % partsPerSegment === 0) chooseAskers(this.viewers, Math.floor(part / partsPerTurn))
    spreadHeader(this.viewers, this.agenda.nowMs)
    for (const viewer of this.viewers)
      this.agenda.at(viewer.headerMs, () => {
        if (viewer.isGone || part < viewer.livePart) return
        this.#wantPart(viewer, part, false)
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
      viewer.version++
      viewer.weigh()
    }
  }

  /** `isOld`: the part is older than the membership of the viewer. */
  #wantPart(viewer: Viewer, part: number, isOld: boolean): void {
    for (let piece = part * piecesPerPart; piece < (part + 1) * piecesPerPart; piece++)
      viewer.wants.set(piece, {
        ...{ piece, isOld, seed: seedOfPiece(piece), byteLength: pieceBytes, knownAtMs: this.agenda.nowMs },
        deadlineMs: releaseMsOf(piece) + this.targetMs,
        isBacklog: isOld && viewer.links.length > 0,
        ...{ relay: 'idle', asked: undefined, refusals: undefined, isOffered: false, isWaiting: false },
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
        if (viewer.banned.has(other) || other.banned.has(viewer) || this.agenda.nowMs < other.joinedMs + knowMs) return
        if (viewer.links.some(({ peer }) => peer === other) || this.#isBlocked(viewer, other)) return
        const rttMs = viewer.cluster === other.cluster ? 20 + random() * 30 : 60 + random() * 90
        const link = new Link(other, rttMs, this.agenda)
        link.reverse = new Link(viewer, rttMs, this.agenda)
        link.reverse.reverse = link
        viewer.links.push(link)
        other.links.push(link.reverse)
        for (const side of [viewer, other]) {
          side.version++
          side.metMs ??= this.agenda.nowMs
          planAt(this, side, waitsUntilMs(side))
        }
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
      owner.version++
      for (const want of owner.wants.values()) if (want.asked?.neighbourId === side.member.id) want.asked = undefined
      if (owner.isGone) continue
      planAt(this, owner, 0)
      if (owner.links.length < leastDegree) this.#connect(owner)
    }
  }

  #kind(): Kind {
    const { freeRiders, silent, polluters, liars } = this.#scenario
    const { length } = this.all
    // In the small scenarios with an attacker, exactly one viewer is the attacker: the second viewer that joins.
    if (polluters + liars > 0 && freeRiders === 0) {
      if (length !== 1) return 'honest'
      return polluters > 0 ? 'polluter' : 'liar'
    }
    const chance = this.random()
    if (chance < freeRiders) return 'freeRider'
    if (chance < freeRiders + silent) return 'silent'
    return chance < freeRiders + silent + polluters ? 'polluter' : 'honest'
  }
}
