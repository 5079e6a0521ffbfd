import { lookup } from 'node:dns/promises'
import { defaultPort } from '../chain/iceServers'
import { logOf } from '../log'

const log = logOf('node')

/** A link should not name an address for much longer than the name system does. */
const refreshMs = 60_000

/** The IP addresses and the UDP port of this relay, as others see them. They follow from its service URI. */
export class PublicAddress {
  readonly #hostname: string
  readonly port: number
  #hosts: readonly string[] = []
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(serviceUri: string) {
    const { hostname, port } = new URL(serviceUri)
    this.#hostname = hostname.replace(/^\[|\]$/g, '')
    this.port = Number(port) || defaultPort
  }

  /** At most one IPv4 and one IPv6 address. While the name system does not answer, its last answer. Never rejects. */
  async hosts(): Promise<readonly string[]> {
    const nowMs = performance.now()
    if (nowMs - this.#readAtMs < refreshMs) return this.#hosts
    this.#readAtMs = nowMs
    try {
      const found = await lookup(this.#hostname, { all: true })
      this.#hosts = [4, 6].flatMap((family) => found.find((each) => each.family === family)?.address ?? [])
    } catch (error) {
      log.debug('the address of this relay was not found', () => ({ host: this.#hostname, error }))
    }
    return this.#hosts
  }
}
