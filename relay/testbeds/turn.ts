import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

const [username, credential] = ['viewer@lp', 'a+b/c=d:e?f']

/** Starts Debian's coturn on loopback. */
export async function startTurnServer() {
  const port = await freePort()
  const turnServer = spawn('turnserver', [
    ...['-n', '--no-cli', '--no-tls', '--no-dtls', '--no-tcp', '--no-stdout-log', '--log-file', '/dev/null'],
    ...['--pidfile', '/dev/null', '--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1', '--allow-loopback-peers'],
    ...['--listening-port', String(port), '--realm', 'lp', '--lt-cred-mech', '--user', `${username}:${credential}`],
  ])
  const ended = once(turnServer, 'exit')
  await Promise.race([answers(port), ended.then(() => Promise.reject(new Error('coturn has ended')))])
  return {
    iceServer: { urls: `turn:127.0.0.1:${port}`, username, credential } satisfies RTCIceServer,
    async close() {
      turnServer.kill()
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  socket.close()
  return port
}

/** Resolves when the server answers a STUN request. */
async function answers(port: number): Promise<void> {
  const socket = createSocket('udp4')
  const request = Buffer.from('000100002112a442000000000000000000000000', 'hex')
  const ask = () => socket.send(request, port, '127.0.0.1')
  const timer = setInterval(ask, 50)
  // Before the server listens, the system answers that no program uses this port.
  socket.on('error', () => undefined)
  await once(socket, 'message')
  clearInterval(timer)
  socket.close()
}
