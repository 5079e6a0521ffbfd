/** The address that a transcoder registers for its relay. Any account can register any text. */

/** The address of a relay, without a slash at the end. `undefined` if the text is not an http or https address. */
export function fromText(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, pathname } = new URL(text)
  return protocol === 'http:' || protocol === 'https:' ? (origin + pathname).replace(/\/+$/, '') : undefined
}

/** Whether this is a loopback address: a program that opens the address reaches its own machine. */
export function isLoopback(uri: string): boolean {
  const { hostname } = new URL(uri)
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/**
 * The address of the relay for WebSocket connections. `undefined` if another machine could read and change the messages: only
 * https encrypts them, and messages to the same machine need no encryption.
 */
export const webSocketUrl = (uri: string): string | undefined =>
  uri.startsWith('https:') || isLoopback(uri) ? uri.replace(/^http/, 'ws') : undefined

/**
 * Whether a browser sends requests from a page with this protocol to the address. From a page of https, browsers block
 * each address of http (mixed content), except loopback addresses.
 */
export const isOpenToPage = (uri: string, pageProtocol: string): boolean =>
  pageProtocol !== 'https:' || uri.startsWith('https:') || isLoopback(uri)
