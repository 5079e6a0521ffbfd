import { networkOf } from './networkOf'

/** When half of the places are taken, an address gets a further place only while it holds less than this part of all places. */
const maxShare = 1 / 16

/**
 * Limits the open connections of a server. Many people can share one address, behind a NAT or a proxy. So one address can take half of the
 * places. When half of the places are taken, an address gets a further place only if it holds less than `maxShare` of all
 * places. So other addresses can still connect. All IPv6 addresses with the same first 64 bits count as one address, because one person
 * usually has all of them.
 */
export class AddressShares {
  readonly #places: number
  readonly #held = new Map<string, number>()
  #taken = 0

  constructor(places: number) {
    this.#places = places
  }

  /** Takes a place. Returns the function that gives the place back, or `undefined` if there is no place for this address now. */
  enter(address: string): (() => void) | undefined {
    const network = networkOf(address)
    const held = this.#held.get(network) ?? 0
    const isCrowded = this.#taken >= this.#places / 2
    if (this.#taken >= this.#places || (isCrowded && held >= this.#places * maxShare)) return undefined
    this.#count(network, 1)
    return () => this.#count(network, -1)
  }

  #count(network: string, change: 1 | -1) {
    this.#taken += change
    const held = (this.#held.get(network) ?? 0) + change
    if (held > 0) this.#held.set(network, held)
    else this.#held.delete(network)
  }
}
