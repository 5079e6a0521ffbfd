import { lookup } from 'node:dns/promises'
import { defaultPort } from '../chain/iceServers'
import { logOf } from '../log'

const log = logOf('node')

/** After this time, the relay asks DNS again. So a share link does not contain an old address for long. */
const refreshMs = 60_000

/** The public IP addresses and the public UDP port of this relay, as its service URI names them. */
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

  /** At most one IPv4 and one IPv6 address. While DNS does not answer, returns the last known addresses. Never rejects. */
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
