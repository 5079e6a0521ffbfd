import { ProtocolError } from '@lp/contracts/protocol'

/** How much of an answer has arrived. Times are on the clock of `performance.now()`. */
export type Progress = {
  loadedBytes: number
  /** The announced length. 0: unknown. */
  totalBytes: number
  startMs: number
  firstByteMs: number
}

export type Body = Progress & { data: Uint8Array<ArrayBuffer>; endMs: number }

type Request = {
  path: string
  /** The request is a POST with these bytes. Default: GET. */
  body?: Uint8Array | undefined
  signal: AbortSignal
  maxBytes: number
  /** The request fails when no byte arrives for this time. */
  timeoutMs: number
  onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * GETs a path of a relay, or POSTs to it. `undefined`: status 404. Throws `UnreachableError` (no answer, or an incomplete answer),
 * `UnpaidError`, `StatusError`, `TooLargeError`. Rejects with the signal's reason when the signal aborts.
 */
export async function read(
  { uri, fetch }: { uri: string; fetch: typeof globalThis.fetch },
  { path, body, signal, maxBytes, timeoutMs, onProgress }: Request,
): Promise<Body | undefined> {
  const hanging = new AbortController()
  const arm = () => setTimeout(() => hanging.abort(), timeoutMs)
  let timer = arm()
  const url = `${uri}${path}`
  try {
    const startMs = performance.now()
    const response = await fetch(url, {
      ...(body && { method: 'POST', body: new Uint8Array(body) }),
      signal: AbortSignal.any([signal, hanging.signal]),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    const firstByteMs = performance.now()
    if (response.status === 404) {
      await response.body?.cancel()
      return undefined
    }
    if (response.status === 402) throw new UnpaidError({ url })
    if (!response.ok) throw new StatusError({ url, status: response.status })
    const totalBytes = Number(response.headers.get('content-length')) || 0
    if (totalBytes > maxBytes) throw new TooLargeError({ url, maxBytes })

    const chunks: Uint8Array[] = []
    let loadedBytes = 0
    for await (const chunk of chunksOf(response)) {
      clearTimeout(timer)
      timer = arm()
      loadedBytes += chunk.length
      if (loadedBytes > maxBytes) throw new TooLargeError({ url, maxBytes })
      chunks.push(chunk)
      onProgress?.({ loadedBytes, totalBytes, startMs, firstByteMs })
    }
    const data = new Uint8Array(loadedBytes)
    let offset = 0
    for (const chunk of chunks) {
      data.set(chunk, offset)
      offset += chunk.length
    }
    return { data, loadedBytes, totalBytes, startMs, firstByteMs, endMs: performance.now() }
  } catch (cause) {
    signal.throwIfAborted()
    // Closes the connection of an answer that we no longer read.
    hanging.abort()
    throw cause instanceof ProtocolError ? cause : new UnreachableError({ url, cause })
  } finally {
    clearTimeout(timer)
  }
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  // Safari's streams are not iterable yet.
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

export class UnreachableError extends ProtocolError {
  override readonly name = 'Relay.UnreachableError'
  constructor({ url, cause }: { url: string; cause: unknown }) {
    super('The relay does not answer.', { details: [`Address: ${url}`], cause })
  }
}

export class UnpaidError extends ProtocolError {
  override readonly name = 'Relay.UnpaidError'
  constructor({ url }: { url: string }) {
    super('The relay sends these bytes only to clients that pay.', { details: [`Address: ${url}`] })
  }
}

export class StatusError extends ProtocolError {
  override readonly name = 'Relay.StatusError'
  readonly status: number
  constructor({ url, status }: { url: string; status: number }) {
    super('The relay answered with an error.', { details: [`Address: ${url}`, `Status: ${status}`] })
    this.status = status
  }
}

export class TooLargeError extends ProtocolError {
  override readonly name = 'Relay.TooLargeError'
  constructor({ url, maxBytes }: { url: string; maxBytes: number }) {
    super('The answer of the relay is too large.', { details: [`Address: ${url}`, `Allowed: ${maxBytes} bytes`] })
  }
}
