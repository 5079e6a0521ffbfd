/**
 * The largest number of trackers, and the largest number of STUN and TURN servers. A page connects to each tracker, and sends requests
 * to each STUN and TURN server for each connection to a peer.
 */
export const maxServers = 8

export const iceServerForm = `a list of at most ${maxServers} servers like {"urls":"turn:example.org:3478","username":"…","credential":"…"}`

export const isTracker = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && ['ws:', 'wss:'].includes(new URL(value).protocol)

/** A TURN server needs a user name and a credential. Without them, a browser refuses to make any connection. */
export function isIceServer(value: unknown): value is RTCIceServer {
  if (typeof value !== 'object' || value === null) return false
  const { urls, username, credential } = value as Partial<Record<keyof RTCIceServer, unknown>>
  const all: unknown[] = Array.isArray(urls) ? urls : [urls]
  const isTurn = all.some((url) => typeof url === 'string' && url.startsWith('turn'))
  const isText = (text: unknown) => typeof text === 'string' && text !== ''
  return (
    all.length > 0 &&
    all.every(
      (url) => typeof url === 'string' && /^(stuns?:[^?\s]+|turns?:[^?\s]+(\?transport=(udp|tcp))?)$/.test(url),
    ) &&
    (!isTurn || (isText(username) && isText(credential)))
  )
}
