type Guest = { address: string; dismiss(): void }

/**
 * The connections (guests) whose peers have not proven their identity yet. If an address has too many connections, the lobby closes the
 * oldest of them. If the lobby is full, it closes the oldest connection of the address with the largest number of connections. A full lobby
 * still accepts each new connection. If it refused new connections, a stranger could fill the lobby with connections that only wait, and
 * keep broadcasters out. Behind a proxy, where all clients have one address, the lobby also closes the oldest connection and accepts the
 * new one. An honest broadcaster proves its identity in a moment, and so leaves the lobby.
 */
export class Lobby {
  /** In the order of arrival. */
  readonly #guests = new Set<Guest>()
  readonly #max: { total: number; perAddress: number }

  constructor(max: { total: number; perAddress: number }) {
    this.#max = max
  }

  get size(): number {
    return this.#guests.size
  }

  /** `dismiss` closes the connection. Returns the function to call when the peer has proven its identity or has left. */
  enter(guest: Guest): () => void {
    this.#guests.add(guest)
    const ofAddress = this.#of(guest.address)
    if (ofAddress.length > this.#max.perAddress) this.#dismiss(ofAddress[0])
    else if (this.size > this.#max.total) this.#dismiss(this.#of(this.#busiest())[0])
    return () => void this.#guests.delete(guest)
  }

  #of(address: string): Guest[] {
    return [...this.#guests].filter((guest) => guest.address === address)
  }

  #busiest(): string {
    const counts = new Map<string, number>()
    for (const { address } of this.#guests) counts.set(address, (counts.get(address) ?? 0) + 1)
    return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0]
  }

  #dismiss(guest: Guest | undefined) {
    if (guest && this.#guests.delete(guest)) guest.dismiss()
  }
}
