/** One request and its answer. */
export type Exchange = {
  /** Whether no other request was on its way when this request began, and no other request has begun since. */
  isAlone(): boolean
  /** The answer has ended. A second call does nothing. */
  end(): void
}

/** The requests to one relay that are on their way. If there are several, the balance in one answer may include the bytes of another answer. */
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
