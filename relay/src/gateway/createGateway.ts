import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Answer, preflight, refusal, write } from './Answer'
import { HttpError } from './HttpError'
import { type Context, maxWaitMs, route } from './routes'
import { Polls } from './streams'

export type GatewayOptions = Omit<Context, 'polls'> & {
  /** 0 takes any free one. */
  port: number
  /** Address to listen at. */
  host: string
  /** Held requests of one address; a household has many viewers. */
  maxPollsPerAddress?: number
  /** Told of what went wrong in here, for the log. */
  onError?(error: unknown): void
}

export type Gateway = {
  /** Without a slash at the end. */
  url: string
  /** The tracker attaches itself here. */
  server: Server
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

const maxUrlLength = 1_024

/** The relay's face over HTTP. Throws `ListenError`. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { port, host, maxPollsPerAddress = 64, onError = () => {} } = options
  const context: Context = { ...options, polls: new Polls({ maxPerAddress: maxPollsPerAddress }) }
  const server = createServer({ maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 20_000 })
  // A reader who takes nothing for so long is gone.
  server.timeout = 2 * maxWaitMs
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    handle(context, { request, response, onError }).catch((error: unknown) => {
      response.destroy()
      onError(error)
    })
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ListenError({ port, host, code: (error as NodeJS.ErrnoException).code ?? 'unknown' })
  }
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${reachable(host)}:${taken}`,
    server,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

type Exchange = { request: IncomingMessage; response: ServerResponse; onError(error: unknown): void }

async function handle(context: Context, { request, response, onError }: Exchange): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const { name, answer } = find(context, { request, signal: gone.signal })
  const refuse = (error: unknown) => {
    if (!(error instanceof HttpError)) onError(error)
    return refusal(error)
  }
  const reply = await Promise.resolve().then(answer).catch(refuse)
  if (gone.signal.aborted) return
  await write({ request, response }, reply).catch((error) => write({ request, response }, refuse(error)))
  context.metrics.count.httpRequest({ route: name, status: response.statusCode })
}

type Found = { name: string; answer(): Answer | Promise<Answer> }

function find(context: Context, { request, signal }: { request: IncomingMessage; signal: AbortSignal }): Found {
  const { method = '', url = '' } = request
  if (method === 'OPTIONS') return { name: 'preflight', answer: () => preflight }
  if (method !== 'GET' && method !== 'HEAD') return { name: 'none', answer: () => Promise.reject(notAllowed()) }
  if (url.length > maxUrlLength) return { name: 'none', answer: () => Promise.reject(tooLong()) }
  const [path = '', query = ''] = url.split('?', 2)
  return route(context, { message: request, path, query: new URLSearchParams(query), signal })
}

const notAllowed = () =>
  new HttpError({
    status: 405,
    sentence: 'A relay can only be read from.',
    nextStep: 'Use GET or HEAD.',
    headers: { allow: 'GET, HEAD, OPTIONS', connection: 'close' },
  })

const tooLong = () =>
  new HttpError({
    status: 414,
    sentence: 'The address is too long.',
    nextStep: `Keep it below ${maxUrlLength} characters.`,
  })

/** An address for people and browsers on this machine. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

export class ListenError extends ProtocolError {
  override readonly name = 'gateway.ListenError'
  /** The operator mends it: shown without a stack. */
  readonly forPeople = true
  readonly code: string
  constructor({ port, host, code }: { port: number; host: string; code: string }) {
    super(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use: stop the other program, or choose another port with --port.`
        : `The relay cannot listen at ${host}, port ${port} (${code}): choose another with --host or --port.`,
    )
    this.code = code
  }
}
