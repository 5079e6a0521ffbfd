import { bytesToHex, type Hex, hexToBytes } from 'viem'
import type { Wire } from 'webtorrent/dist/webtorrent.min.js'

const extensionName = 'lp_recording'
const infoHashBytes = 20

/**
 * An extension of BitTorrent (BEP 10). In the room of a stream (see `Torrents`), each viewer that shares a recording tells the other
 * viewers the infohash of the recording.
 */
export class Holders {
  readonly #onNamed: (infoHash: Hex) => void
  readonly #wires = new Set<Wire>()
  #own: Hex | undefined

  constructor(onNamed: (infoHash: Hex) => void) {
    this.#onNamed = onNamed
  }

  /** Adds a connection of the room. Call this before the extended handshake of the connection. */
  add(wire: Wire): void {
    const onReady = () => {
      this.#wires.add(wire)
      this.#send(wire)
    }
    let named = 0
    const onMessage = (message: Uint8Array) => {
      if (message.length === infoHashBytes && ++named <= maxNamed) this.#onNamed(bytesToHex(message))
      else wire.destroy()
    }
    class Extension {
      onExtendedHandshake = onReady
      onMessage = onMessage
    }
    Object.assign(Extension.prototype, { name: extensionName })
    wire.use(Extension)
    wire.on('close', () => void this.#wires.delete(wire))
  }

  /** From now on, tells this infohash to all viewers in the room. */
  tell(infoHash: Hex): void {
    if (infoHash === this.#own) return
    this.#own = infoHash
    for (const wire of this.#wires) this.#send(wire)
  }

  #send(wire: Wire): void {
    if (this.#own && !wire.destroyed) wire.extended(extensionName, hexToBytes(this.#own))
  }
}

/**
 * The largest number of infohashes that one viewer may name. The limit is necessary, because we search for each named torrent. It is more
 * than one, because a viewer that finds another recording names a further infohash.
 */
const maxNamed = 8
