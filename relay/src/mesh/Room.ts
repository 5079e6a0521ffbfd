import type { ProtocolError } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { Connector } from './Connector'
import { Emitter } from './Emitter'
import type { Finder } from './Finder'
import { Signaling, type WebSocketConstructor } from './signaling'
import { TrackerFinder } from './TrackerFinder'
import type { Channel, Room, RoomEvents, RoomOptions } from './Transport'
import type { Dialer } from './webrtc'

/** The implementation of `Room`. Has a `TrackerFinder` for each tracker, and the finders that `find` adds. */
export class PeerRoom extends Emitter<RoomEvents> implements Room {
  readonly infoHash: Hex
  readonly #connector: Connector
  readonly #finders: Finder[] = []
  #left = false

  constructor(options: RoomOptions & { peerId: Hex; dialer: Dialer; WebSocket: WebSocketConstructor }) {
    super()
    const { infoHash, peerId, dialer, WebSocket, maxChannels = 16, offers = 5 } = options
    const wantedChannels = Math.min(options.wantedChannels ?? maxChannels, maxChannels)
    const intervalMs = options.announceIntervalMs ?? { searching: 5_000, satisfied: 30_000 }
    this.infoHash = infoHash
    this.#connector = new Connector({ peerId, dialer, maxChannels, wantedChannels })
    this.#connector.on('channel', (channel) => this.emit('channel', channel))
    this.#connector.on('fault', (error) => this.emit('fault', error))
    this.#connector.on('missing', () => {
      for (const finder of this.#finders) finder.search()
    })
    const urls = [...new Set(options.trackers)]
    for (const [index, url] of urls.entries())
      this.find(
        new TrackerFinder({
          ...{ offers, intervalMs, reserved: reservedFor({ index, trackers: urls.length, wantedChannels }) },
          signaling: new Signaling({ url, infoHash, peerId, WebSocket }),
          onState: (up) => this.emit('tracker', { url, up }),
        }),
      )
  }

  get channels(): ReadonlyMap<Hex, Channel> {
    return this.#connector.channels
  }

  find(finder: Finder) {
    if (this.#left) return finder.close()
    this.#finders.push(finder)
    finder.start(this.#connector.connectionsOf(finder))
  }

  avoid(peerId: Hex, reason?: ProtocolError) {
    this.#connector.avoid(peerId, reason)
  }

  leave() {
    if (this.#left) return
    this.#left = true
    for (const finder of this.#finders) finder.close()
    this.#connector.close()
  }
}

/**
 * At most half of the wanted channels are reserved, the same whole number for each tracker. If there are more trackers than channels to
 * reserve, each of the first trackers gets one channel.
 */
function reservedFor({ index, trackers, wantedChannels }: { index: number; trackers: number; wantedChannels: number }) {
  const half = Math.floor(wantedChannels / 2)
  return index < half ? Math.max(1, Math.floor(half / trackers)) : 0
}
