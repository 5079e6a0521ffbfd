import { ServiceUri } from '@lp/contracts/protocol'
import * as Relay from '../client/Relay'
import * as DirectAddress from '../mesh/DirectAddress'

/**
 * The trackers and relays that a share link names. With them, a viewer can find other viewers even when no relay of the stream answers over
 * HTTP.
 */
export type Hints = {
  /** URLs of WebTorrent trackers. */
  trackers: readonly string[]
  /** Relays to which the viewer connects without a tracker. */
  relays: readonly DirectAddress.DirectAddress[]
}

export const none: Hints = { trackers: [], relays: [] }

/** The largest number of trackers in a link. Each tracker learns the address of the viewer, and each connection costs time. */
export const maxTrackers = 3
export const maxRelays = 2
const maxUrlLength = 200

/**
 * The URL in its standard form. `undefined` if a page cannot use the URL: the connection must be encrypted (`wss`), or stay on this machine
 * (`ws`).
 */
export function trackerFrom(text: string): string | undefined {
  if (text.length > maxUrlLength || !URL.canParse(text)) return undefined
  const { protocol, href, hash, username, password } = new URL(text)
  const isUsable = protocol === 'wss:' || (protocol === 'ws:' && ServiceUri.isLoopback(text))
  return isUsable && !hash && !username && !password ? href : undefined
}

/**
 * The address at which a relay accepts calls without a tracker. `undefined`: the relay tells no such address. Rejects if the relay does not
 * answer.
 */
export async function findRelay(
  serviceUri: string,
  { fetch = globalThis.fetch.bind(globalThis), signal }: { fetch?: typeof globalThis.fetch; signal: AbortSignal },
): Promise<DirectAddress.DirectAddress | undefined> {
  const relay = Relay.at(serviceUri, fetch)
  const text = relay && (await Relay.direct(relay, signal))
  return text === undefined ? undefined : DirectAddress.decode(text)
}
