import type { Servers } from './Servers'
import type { Candidate } from './StreamDirectory'

/**
 * The default port of a relay's gateway and STUN server. If a service URI has no port number, we assume that a proxy is in front of the
 * gateway, and that the STUN server uses the default port.
 */
export const defaultPort = 8935
/** Two STUN servers are enough, and browsers log a warning when a page uses many. */
const maxServers = 2

/**
 * The relay of each candidate answers STUN, over UDP at the port number of the relay's gateway. Uses at most `maxServers` relays. The
 * servers that the operator of the page adds come after the relays.
 */
export const iceServersOf = (
  candidates: readonly Pick<Candidate, 'serviceUri'>[],
  { iceServers = [] }: Servers = {},
): RTCIceServer[] => [
  ...candidates
    .flatMap(({ serviceUri }) => (serviceUri && URL.canParse(serviceUri) ? [new URL(serviceUri)] : []))
    .slice(0, maxServers)
    .map(({ hostname, port }) => ({ urls: `stun:${hostname}:${port || defaultPort}` })),
  ...iceServers,
]
