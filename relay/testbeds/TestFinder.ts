import type { Hex } from 'viem'
import type { Call, Connections, Finder } from '../src/mesh/Finder'

export type Callee = { peerId: Hex; receive(offer: Call, reply: (sdp: string) => void): Promise<boolean> }

/**
 * Finds the peers of a mesh without a tracker: when this finder starts, it offers a connection to each callee, as long as the mesh makes
 * offers.
 */
export class TestFinder implements Finder, Callee {
  readonly reserved: number
  readonly peerId: Hex
  readonly #callees: readonly Callee[]
  #connections: Connections | undefined

  constructor({ peerId, reserved = 0, callees = [] }: { peerId: Hex; reserved?: number; callees?: Callee[] }) {
    this.peerId = peerId
    this.reserved = reserved
    this.#callees = callees
  }

  async start(connections: Connections) {
    this.#connections = connections
    for (const { peerId, receive } of this.#callees) {
      const offer = await connections.offer()
      if (!offer) return
      void receive({ ...offer, peerId: this.peerId }, (sdp) => {
        void connections.accept({ offerId: offer.offerId, peerId, sdp })
      })
    }
  }

  receive = async (offer: Call, reply: (sdp: string) => void) =>
    (await this.#connections?.answer(offer, reply)) ?? false

  search() {}

  close() {}
}
