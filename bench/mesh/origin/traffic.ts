import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export type Traffic = {
  /** The bytes of media in the bodies of all answers so far, also of answers that the client did not read to their end. */
  readonly mediaBytes: number
  /** Closes all connections, and refuses new connections until `block(false)` is called. */
  block(isBlocked: boolean): void
}

/** Counts the media that a server sends, and can block the server. Call this before a client connects. */
export function watchTraffic(server: Server, isMedia: (path: string) => boolean): Traffic {
  const sockets = new Set<Socket>()
  let isBlocked = false
  let mediaBytes = 0
  server.on('connection', (socket) => {
    if (isBlocked) return socket.destroy()
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.prependListener('request', ({ url = '' }, response) => {
    if (!isMedia(url)) return
    const counted = <Send extends (...args: never[]) => unknown>(send: Send): Send =>
      ((...args: Parameters<Send>) => {
        const [chunk] = args as unknown[]
        if (chunk instanceof Uint8Array) mediaBytes += chunk.length
        return send.apply(response, args)
      }) as Send
    response.write = counted(response.write)
    response.end = counted(response.end)
  })
  return {
    get mediaBytes() {
      return mediaBytes
    },
    block(next) {
      isBlocked = next
      if (isBlocked) for (const socket of sockets) socket.destroy()
    },
  }
}
