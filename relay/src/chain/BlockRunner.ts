import type { PublicClient } from 'viem'

export type BlockRunnerOptions = {
  client: PublicClient
  /** Reads the chain, does what is due in this block, and forgets. */
  act(block: bigint): Promise<void>
  /** A step failed; it is tried again at a later block, from what the chain says then. */
  onFault(error: Error): void
}

/** Acts once a block, one after the other; blocks that come meanwhile are one. */
export class BlockRunner {
  readonly #options: BlockRunnerOptions
  #lastFault: string | undefined
  #running: Promise<void> | undefined
  #newest = 0n
  #unwatch = () => {}
  #closed = false

  constructor(options: BlockRunnerOptions) {
    this.#options = options
  }

  start(): void {
    this.#unwatch = this.#options.client.watchBlockNumber({
      emitOnBegin: true,
      onBlockNumber: (block) => this.#wake(block),
      onError: (error) => this.#fault(error),
    })
  }

  /** Begins nothing any more. */
  stop(): void {
    this.#closed = true
    this.#unwatch()
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    await this.#running
  }

  #wake(block: bigint) {
    if (block > this.#newest) this.#newest = block
    if (this.#closed || this.#running) return
    this.#running = this.#options
      .act(block)
      .then(() => {
        this.#lastFault = undefined
      })
      .catch((error: Error) => this.#fault(error))
      .finally(() => {
        this.#running = undefined
        if (this.#newest > block) this.#wake(this.#newest)
      })
  }

  /** What fails at every block in the same way is said once. */
  #fault(error: Error) {
    if (this.#closed || this.#lastFault === error.message) return
    this.#lastFault = error.message
    this.#options.onFault(error)
  }
}
