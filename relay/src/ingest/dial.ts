import { ProtocolError, ServiceUri } from '@lp/contracts/protocol'
import type { Hex } from 'viem'
import { type Channel, ConnectError } from '../mesh/Transport'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import { ingestPath, openChannel, subprotocol } from '../mesh/webSocket'

export type DialOptions = {
  serviceUri: string
  WebSocket: BinarySocketConstructor
  signal: AbortSignal
  openTimeoutMs?: number
}

/** Connects to a relay over WebSocket, as the broadcaster of a job. Rejects with `ConnectError` or `UnsafeUriError`. */
export function dial({ jobId, serviceUri, WebSocket, ...options }: DialOptions & { jobId: Hex }): Promise<Channel> {
  return connect(`${ingestPath}/${jobId}`, { serviceUri, WebSocket, ...options })
}

/**
 * Checks that WebSockets of this page reach a relay, and that the relay accepts broadcasters over WebSocket. Rejects with
 * `ConnectError` or `UnsafeUriError`.
 */
export async function assertSocketReaches(options: DialOptions): Promise<void> {
  const channel = await connect(ingestPath, options)
  channel.close()
}

async function connect(path: string, { serviceUri, WebSocket, ...options }: DialOptions): Promise<Channel> {
  const url = ServiceUri.webSocketUrl(serviceUri)
  if (!url) throw new UnsafeUriError({ serviceUri })
  return openChannel(construct(WebSocket, url + path), { serviceUri, ...options })
}

/** The constructor throws if the browser does not let the page open this address. */
function construct(WebSocket: BinarySocketConstructor, url: string) {
  try {
    return new WebSocket(url, [subprotocol])
  } catch (cause) {
    throw new ConnectError({ cause })
  }
}

export class UnsafeUriError extends ProtocolError {
  override readonly name = 'dial.UnsafeUriError'
  constructor({ serviceUri }: { serviceUri: string }) {
    super('A WebSocket to a relay on another machine needs https.', { details: [`Relay: ${serviceUri}`] })
  }
}
