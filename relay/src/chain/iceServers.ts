import type { Candidate } from './StreamDirectory'

/** Where a relay listens when nobody says otherwise, and where its STUN stays when a proxy stands before its gateway. */
const defaultPort = 8935
/** More do not tell more, and browsers warn. */
const maxServers = 2

/** Each transcoder's relay answers STUN as well, over UDP at the port of its gateway. */
export const iceServersOf = (candidates: readonly Candidate[]): RTCIceServer[] =>
  candidates
    .flatMap(({ serviceUri }) => (serviceUri && URL.canParse(serviceUri) ? [new URL(serviceUri)] : []))
    .slice(0, maxServers)
    .map(({ hostname, port }) => ({ urls: `stun:${hostname}:${port || defaultPort}` }))
