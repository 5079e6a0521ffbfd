import { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import type { Connections, Finder } from '../Finder'
import { type IntroductionMessage, maxMembers } from '../introductionMessages'
import type { Peer } from '../Peer'
import { TokenBucket } from '../TokenBucket'
import type { Message } from '../wire'
import { Acquaintance } from './Acquaintance'
import { ForwardedCalls } from './ForwardedCalls'
import { OwnCalls } from './OwnCalls'
import { Roots } from './Roots'

type Call = Extract<IntroductionMessage, { type: 'call' }>

/**
 * After a neighbour was added or removed, we wait this time, plus `tellAfterMsPerNeighbour` for each neighbour. Then we tell each neighbour
 * which other neighbours we have.
 */
const tellAfterMs = 250
const tellAfterMsPerNeighbour = 10
/**
 * The limit on the calls that we answer. Each answer makes us send packets to the addresses in the call, which can belong to a third party.
 */
const answers = { perSecond: 4, burst: 12 }
/**
 * We refuse a call that a neighbour forwards, if introduced peers with the root of this neighbour (see `Roots`) already have this share of
 * the channels that we allow. Our own calls have no such limit.
 */
const maxShareOfRoot = 1 / 2

/**
 * Finds peers through our neighbours. Neighbours tell each other to which members they are connected, and forward offers and answers
 * between two members. So members still find each other when no tracker is reachable. A forwarded offer proves nothing about the peer that
 * made it. So `greet` checks each new peer.
 */
export class Introductions implements Finder {
  readonly #random: () => number
  readonly #acquaintances = new Map<Hex, Acquaintance>()
  readonly #forwarded = new ForwardedCalls()
  readonly #answers = new TokenBucket(answers)
  #room: { connections: Connections; roots: Roots; calls: OwnCalls } | undefined
  #telling: ReturnType<typeof setTimeout> | undefined

  constructor({ random }: { random(): number }) {
    this.#random = random
  }

  start(connections: Connections): void {
    const roots = new Roots(connections.channels)
    const calls = new OwnCalls({ connections, roots, acquaintances: this.#acquaintances, random: this.#random })
    this.#room = { connections, roots, calls }
  }

  search(): void {
    this.#room?.calls.search()
  }

  close(): void {
    this.#room?.calls.close()
    this.#room = undefined
    clearTimeout(this.#telling)
  }

  /** Adds a neighbour with the capability `introductions`. */
  add(peer: Peer): void {
    if (!this.#room) return
    const acquaintance = new Acquaintance(peer, this.#room.roots)
    this.#acquaintances.set(peer.id, acquaintance)
    acquaintance.tell(this.#membersFor(acquaintance))
    this.#tellSoon()
  }

  remove(peer: Peer): void {
    if (this.#acquaintances.get(peer.id)?.peer !== peer) return
    this.#acquaintances.delete(peer.id)
    this.#room?.calls.rest(peer.id)
    this.#tellSoon()
  }

  /**
   * Handles a message about introductions. Returns whether the message was about introductions. Closes the channel of a neighbour that
   * sends too many such messages.
   */
  receive(peer: Peer, message: Message): boolean {
    const acquaintance = this.#acquaintances.get(peer.id)
    try {
      return this.#receive(acquaintance?.peer === peer ? acquaintance : undefined, message)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      peer.close(error)
      return true
    }
  }

  #receive(neighbour: Acquaintance | undefined, message: Message): boolean {
    switch (message.type) {
      case 'members':
        neighbour?.name(message.peerIds)
        this.search()
        return true
      case 'call':
        neighbour?.countCall()
        if (neighbour && message.isForwarded) void this.#answer(neighbour, message)
        else if (neighbour) this.#forwarded.forward(message, neighbour, this.#acquaintances.get(message.peerId))
        return true
      case 'callAnswer':
      case 'callRefusal':
        if (neighbour && !this.#room?.calls.hear(message, neighbour)) this.#forwarded.reply(message, neighbour)
        return true
      default:
        return false
    }
  }

  async #answer(sponsor: Acquaintance, { peerId, offerId, sdp }: Call): Promise<void> {
    let isAnswered = false
    const reply = (answer: string) => {
      isAnswered = true
      sponsor.peer.send({ type: 'callAnswer', offerId, sdp: answer })
    }
    const { connections, roots } = this.#room ?? {}
    if (connections && roots && this.#mayAnswer(sponsor, { peerId, offerId }))
      await roots.connect({ peerId, root: sponsor.root }, () => connections.answer({ peerId, offerId, sdp }, reply))
    if (!isAnswered) sponsor.peer.send({ type: 'callRefusal', offerId })
  }

  #mayAnswer({ root }: Acquaintance, { peerId, offerId }: Pick<Call, 'peerId' | 'offerId'>): boolean {
    if (!this.#room) return false
    const { connections, roots, calls } = this.#room
    // A hostile neighbour could forward our own offer to us, and so connect us to ourselves.
    if (calls.has(offerId) || !connections.accepts(peerId)) return false
    return roots.count(root) < connections.limit * maxShareOfRoot && this.#answers.take(1)
  }

  #tellSoon(): void {
    const delayMs = tellAfterMs + tellAfterMsPerNeighbour * this.#acquaintances.size
    if (this.#room) this.#telling ??= setTimeout(() => this.#tell(), delayMs)
  }

  #tell(): void {
    this.#telling = undefined
    for (const acquaintance of this.#acquaintances.values()) acquaintance.tell(this.#membersFor(acquaintance))
  }

  /**
   * The neighbours except this one. If there are more than `maxMembers`, a random selection of them. Selects again each time that it is
   * called.
   */
  #membersFor(acquaintance: Acquaintance): Hex[] {
    const others = [...this.#acquaintances.keys()].filter((peerId) => peerId !== acquaintance.peer.id)
    for (let at = 0; at < Math.min(maxMembers, others.length - maxMembers); at++) {
      const other = at + Math.floor(this.#random() * (others.length - at))
      ;[others[at], others[other]] = [others[other] as Hex, others[at] as Hex]
    }
    return others.slice(0, maxMembers)
  }
}
