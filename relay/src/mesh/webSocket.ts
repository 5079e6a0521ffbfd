import type { Hello } from '@lp/contracts/protocol'
import { bytesToHex, type Hex, sliceHex } from 'viem'
import { type Channel, ConnectError } from './Transport'
import {
  type BinarySocket,
  connecting,
  type MessageEvent,
  open,
  type Watch,
  WebSocketChannel,
} from './WebSocketChannel'

/**
 * Broadcasters connect to this path of a relay, followed by the job id. Without a job id, the connection only shows that the relay answers.
 */
export const ingestPath = '/ingest'
/** The WebSocket subprotocol. No connection opens if one of the ends does not know this subprotocol. */
export const subprotocol = 'lp-ingest.1'

export type OpenOptions = {
  /**
   * The relay's address, as `ServiceUri.fromText` returns it. The relay passes the address that it has registered. The page passes
   * the address to which it connects.
   */
  serviceUri: string
  /** Ends the attempt to connect. */
  signal?: AbortSignal
  /** Time limit for the connection and the nonce of the other end. Default 10 s. */
  openTimeoutMs?: number
  watch?: Watch
}

const nonceBytes = 32

/**
 * Makes a channel from a WebSocket. The first message of each end is a nonce of 32 random bytes. The signature of each HELLO covers
 * both nonces, so a HELLO of an earlier connection is not valid. On failure, closes the socket and rejects with `ConnectError`.
 */
export function openChannel(
  socket: BinarySocket,
  { serviceUri, signal, openTimeoutMs = 10_000, watch }: OpenOptions,
): Promise<Channel> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const localNonce = bytesToHex(nonce)
  socket.binaryType = 'arraybuffer'
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      settle()
      socket.close()
      reject(new ConnectError({ cause }))
    }
    const abort = () => fail('the attempt was ended')
    const timer = setTimeout(() => fail('the other end sent no nonce in time'), openTimeoutMs)
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      socket.onopen = socket.onmessage = socket.onclose = null
    }
    const greet = () => socket.send(nonce)
    socket.onopen = greet
    socket.onclose = ({ code }: { code?: number }) => fail(`the connection closed with code ${code}`)
    // The close event follows. In Node, an error event without a listener throws.
    socket.onerror = () => {}
    socket.onmessage = ({ data }: MessageEvent) => {
      const remoteNonce = nonceOf(data)
      if (!remoteNonce) return fail('the first message is not a nonce')
      // With the same nonce, the other end could return our own HELLO to us.
      if (remoteNonce === localNonce) return fail('the other end repeats our nonce')
      settle()
      const connection: Hello.Connection = { localNonce, remoteNonce, serviceUri }
      resolve(
        new WebSocketChannel(socket, { peerId: sliceHex(remoteNonce, 0, 20), connection, ...(watch && { watch }) }),
      )
    }
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    else if (socket.readyState === open) greet()
    else if (socket.readyState !== connecting) fail('the connection is closed')
  })
}

const nonceOf = (data: unknown): Hex | undefined =>
  data instanceof ArrayBuffer && data.byteLength === nonceBytes ? bytesToHex(new Uint8Array(data)) : undefined
