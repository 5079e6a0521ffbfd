import type { Hex } from 'viem'
import type { Channel } from '../Channel'

/** A peer that we met through an introduction. `isOpen`: whether its channel has opened. */
type Introduced = { readonly peerId: Hex; readonly root: Hex; isOpen: boolean }

/**
 * The root of each peer. A peer that we met without an introduction is its own root. A peer that we met through an introduction has the
 * root of the peer that introduced it. So all peers of a chain of introductions have one root.
 */
export class Roots {
  readonly #channels: ReadonlyMap<Hex, Channel>
  readonly #introduced = new Set<Introduced>()

  constructor(channels: ReadonlyMap<Hex, Channel>) {
    this.#channels = channels
  }

  of(peerId: Hex): Hex {
    return this.all.find((introduced) => introduced.peerId === peerId)?.root ?? peerId
  }

  /** Attempts and open channels that came from introductions. */
  get all(): readonly Introduced[] {
    return [...this.#introduced].filter(({ peerId, isOpen }) => !isOpen || this.#channels.has(peerId))
  }

  count(root: Hex): number {
    return this.all.filter((introduced) => introduced.root === root).length
  }

  /** Connects to a peer that came from an introduction. Resolves to whether a channel has opened. */
  async connect({ peerId, root }: { peerId: Hex; root: Hex }, connect: () => Promise<boolean>): Promise<boolean> {
    const introduced = { peerId, root, isOpen: false }
    const known = new Set(this.all)
    for (const old of this.#introduced) if (!known.has(old)) this.#introduced.delete(old)
    this.#introduced.add(introduced)
    introduced.isOpen = await connect()
    if (!introduced.isOpen) this.#introduced.delete(introduced)
    return introduced.isOpen
  }
}
