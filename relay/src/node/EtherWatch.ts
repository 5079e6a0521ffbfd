import type { Address, PublicClient } from 'viem'

export type EtherWatchOptions = { client: PublicClient; address: Address; onFault(error: Error): void }

const intervalMs = 60_000

/** Reads the ether on the relay's account once a minute. */
export class EtherWatch {
  readonly #options: EtherWatchOptions
  #balance: bigint | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: EtherWatchOptions) {
    this.#options = options
  }

  /** In wei. `undefined` before the first successful read. */
  get balance(): bigint | undefined {
    return this.#balance
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#read(), intervalMs).unref()
    await this.#read()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #read() {
    const { client, address, onFault } = this.#options
    try {
      this.#balance = await client.getBalance({ address })
    } catch (error) {
      onFault(error as Error)
    }
  }
}
