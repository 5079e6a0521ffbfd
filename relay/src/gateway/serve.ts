import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { ProtocolError } from '@lp/contracts/protocol'
import { type Answer, preflight, refusal, write } from './Answer'
import { HttpError } from './HttpError'

/** An HTTP request. */
export type Question = {
  message: IncomingMessage
  path: string
  query: URLSearchParams
  /** Aborted when the client leaves or the gateway closes. */
  signal: AbortSignal
}

/** The route that serves a request. `name` is for the metrics. */
export type Found = { name: string; answer(): Answer | Promise<Answer> }

export type ServeOptions = {
  /** 0: any unused port. */
  port: number
  /** Address to listen at. */
  host: string
  find(question: Question): Found
  /** Whether `find` answers POST at this path. Default: at no path. */
  takesPosts?(path: string): boolean
  onAnswered(answered: { route: string; status: number }): void
  /** Called when the relay failed to answer: the client received status 500, or its connection was closed. */
  onFault(error: Error): void
}

export type Gateway = {
  /** Without a slash at the end. */
  url: string
  /** The tracker attaches itself to this server. */
  server: Server
  /** Ends every connection and releases the port. */
  close(): Promise<void>
}

const maxUrlLength = 1_024
/** A request waits at most this time for a new segment, because a proxy closes a connection that is silent for too long. */
export const maxWaitMs = 15_000

/** Serves HTTP requests. Throws `ListenError`. */
export async function serve({ port, host, ...options }: ServeOptions): Promise<Gateway> {
  const server = createServer({ maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 20_000 })
  // A connection without traffic for this time is closed.
  server.timeout = 2 * maxWaitMs
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    handle(options, { request, response }).catch((error: Error) => {
      response.destroy()
      options.onFault(error)
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
    url: ownAddress({ host, port: taken }),
    server,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

type Handling = Pick<ServeOptions, 'find' | 'takesPosts' | 'onAnswered' | 'onFault'>

async function handle(
  { onAnswered, onFault, ...finding }: Handling,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const { name, answer } = answerable(finding, { request, signal: gone.signal })
  const refuse = (error: unknown) => {
    if (!(error instanceof HttpError)) onFault(new AnswerError({ route: name, cause: error }))
    return refusal(error)
  }
  const reply = await Promise.resolve().then(answer).catch(refuse)
  if (gone.signal.aborted) return
  const onBroken = (cause: unknown) => onFault(new AnswerError({ route: name, cause }))
  const target = { request, response, onBroken }
  await write(target, reply).catch((error) => write(target, refuse(error)))
  onAnswered({ route: name, status: response.statusCode })
}

function answerable(
  { find, takesPosts = () => false }: Pick<ServeOptions, 'find' | 'takesPosts'>,
  { request, signal }: { request: IncomingMessage; signal: AbortSignal },
): Found {
  const { method = '', url = '' } = request
  if (method === 'OPTIONS') return { name: 'preflight', answer: () => preflight }
  if (url.length > maxUrlLength) return { name: 'none', answer: () => Promise.reject(tooLong()) }
  const [path = '', query = ''] = url.split('?', 2)
  const isRead = method === 'GET' || method === 'HEAD'
  if (takesPosts(path) ? method !== 'POST' : !isRead)
    return { name: 'none', answer: () => Promise.reject(isRead ? postOnly() : notAllowed()) }
  return find({ message: request, path, query: new URLSearchParams(query), signal })
}

const notAllowed = () =>
  new HttpError({
    status: 405,
    sentence: 'This address answers only read requests.',
    nextStep: 'Use GET or HEAD.',
    headers: { allow: 'GET, HEAD, OPTIONS', connection: 'close' },
  })

const postOnly = () =>
  new HttpError({
    status: 405,
    sentence: 'This address takes only POST requests.',
    nextStep: 'Send a POST request.',
    headers: { allow: 'POST, OPTIONS' },
  })

const tooLong = () =>
  new HttpError({
    status: 414,
    sentence: 'The address is too long.',
    nextStep: `Use an address of at most ${maxUrlLength} characters.`,
  })

/** The address by which browsers on this machine reach a server that listens at `host`. */
export function ownAddress({ host, port }: { host: string; port: number }): string {
  const isEvery = host === '0.0.0.0' || host === '::' || host === ''
  return `http://${isEvery ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}

/** A fault of this relay, which `cause` describes. */
export class AnswerError extends ProtocolError {
  override readonly name = 'gateway.AnswerError'
  constructor({ route, cause }: { route: string; cause: unknown }) {
    super('The gateway failed to answer a request.', { details: [`Route: ${route}`], cause })
  }
}

export class ListenError extends ProtocolError {
  override readonly name = 'gateway.ListenError'
  /** The error is shown without a stack, because the operator can correct the address or port. */
  readonly forPeople = true
  readonly code: string
  constructor({ port, host, code }: { port: number; host: string; code: string }) {
    super(
      code === 'EADDRINUSE'
        ? `Port ${port} is in use: stop the other program, or choose another port with --port.`
        : `The relay cannot listen at ${host}, port ${port} (${code}): choose another address with --host, or another port with --port.`,
    )
    this.code = code
  }
}
