import type { Hex } from 'viem'
import type { DirectAddress } from './DirectAddress'
import { peerIdOf } from './DirectCall'
import type { Connections, Finder } from './Finder'
import type { Channel, DirectListener } from './Transport'

export type DirectFinderOptions = {
  relays: readonly DirectAddress[]
  dial(address: DirectAddress, signal: AbortSignal): Promise<Channel>
}

/** Trackers have this time to find peers first. If they find enough peers, the viewer does not connect to the relays. */
const headStartMs = 500
/** With this many channels, the room needs no relay. One or two peers could be slow, or could want to isolate us. */
const enoughChannels = 3
const firstRetryMs = 1_000
const maxRetryMs = 60_000

/** Connects to relays whose address is known, while the room has few channels. */
export class DirectFinder implements Finder {
  readonly #options: DirectFinderOptions
  #connections: Connections | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #retryMs = firstRetryMs

  constructor(options: DirectFinderOptions) {
    this.#options = options
  }

  start(connections: Connections): void {
    this.#connections = connections
    this.#dialIn(headStartMs)
  }

  search(): void {
    if (this.#connections && !this.#timer) this.#dialIn(this.#retryMs * (0.8 + 0.4 * Math.random()))
  }

  close(): void {
    this.#connections = undefined
    clearTimeout(this.#timer)
  }

  #dialIn(delayMs: number): void {
    this.#timer = setTimeout(() => this.#dial(), delayMs)
  }

  async #dial(): Promise<void> {
    const { relays, dial } = this.#options
    const connections = this.#connections
    if (connections && connections.channels.size < enoughChannels) {
      const attempts = relays.map((address) => connections.dial(peerIdOf(address), (signal) => dial(address, signal)))
      const opened = await Promise.all(attempts)
      this.#retryMs = opened.includes(true) ? firstRetryMs : Math.min(2 * this.#retryMs, maxRetryMs)
    }
    this.#timer = undefined
    if (this.#connections && this.#connections.channels.size === 0) this.search()
  }
}

/** Finds the peers that call this room through our listener. */
export function listening(listener: DirectListener, infoHash: Hex): Finder {
  let close = () => {}
  return {
    start(connections) {
      close = listener.open(infoHash, connections)
    },
    search() {},
    close: () => close(),
  }
}
