import type { Hex } from 'viem'
import { maxCircle } from '../pieceMessages'
import type { PieceNeighbour } from './PieceNeighbour'
import type { Member } from './Situation'
import { isProven } from './serve'

/** After a change, we tell our neighbours after this time. So several changes go into one message. */
const tellAfterMs = 1_000

export type CircleOptions = {
  selfId: Hex
  /** The levels that we play. */
  levels(): Iterable<Hex>
  /** Our neighbours that are viewers. */
  viewers(): readonly PieceNeighbour[]
}

/**
 * The members within two steps: our neighbours, and the neighbours that these have told us. In a room of more than 17 members, not all members
 * are neighbours. Without this knowledge, each member with its neighbours would fetch its own copy from the relay.
 */
export class Circle {
  readonly #options: CircleOptions
  readonly #known = new Map<Hex, readonly Member[]>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: CircleOptions) {
    this.#options = options
  }

  /** All other members within two steps that play the level. The same array until a member changes. */
  of(streamId: Hex): readonly Member[] {
    const known = this.#known.get(streamId) ?? this.#find(streamId)
    this.#known.set(streamId, known)
    return known
  }

  /** A neighbour came, left, or changed its levels or its weight. */
  changed(): void {
    this.forget()
    this.#timer ??= setTimeout(() => this.#tell(), tellAfterMs)
  }

  /** A neighbour told us its neighbours. */
  forget(): void {
    this.#known.clear()
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #find(streamId: Hex): Member[] {
    const { selfId, viewers } = this.#options
    const found = new Map<Hex, Member>()
    const neighbours = viewers()
    // What we know about a neighbour from itself is more reliable than what another neighbour says.
    for (const { circles } of neighbours)
      for (const member of circles.get(streamId) ?? []) if (member.id !== selfId) found.set(member.id, member)
    for (const { owner, follows } of neighbours)
      if (follows.has(streamId)) found.set(owner.id, owner)
      else found.delete(owner.id)
    return [...found.values()]
  }

  #tell(): void {
    this.#timer = undefined
    const neighbours = this.#options.viewers()
    const levels = [...this.#options.levels()].map((streamId) => {
      const members = neighbours.filter(
        (neighbour) => neighbour.follows.has(streamId) && neighbour.member.weight > 0 && isProven(neighbour),
      )
      return { streamId, members: members.slice(0, maxCircle).map(({ member: { id, weight } }) => ({ id, weight })) }
    })
    for (const { peer } of neighbours) peer.send({ type: 'circle', levels })
  }
}
