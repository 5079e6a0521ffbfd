/** One request and its answer. */
export type Exchange = {
  /** Whether no other request was on its way at the same time, up to now. */
  isAlone(): boolean
  /** The answer has ended. A second call does nothing. */
  end(): void
}

/** The requests to one relay. While two are on their way, a balance in an answer is not the balance of one moment. */
export class Exchanges {
  readonly #open = new Set<Exchange>()
  #begun = 0

  begin(): Exchange {
    const wasAlone = this.#open.size === 0
    const number = ++this.#begun
    const exchange: Exchange = {
      isAlone: () => wasAlone && this.#begun === number,
      end: () => void this.#open.delete(exchange),
    }
    this.#open.add(exchange)
    return exchange
  }
}
