import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { StreamId } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddress } from 'viem'
import { logOf } from '../log'
import { Emitter } from '../mesh/Emitter'
import { RelayError } from './RelayError'

const log = logOf('node')

/** The time between two looks at the file. Editors replace files, and some file systems report no changes. */
const lookEveryMs = 2_000
const maxBytes = 16 * 2 ** 20

/** The streams and the broadcasters that an operator does not want to serve, from a file (decision 075). */
export class Blocklist extends Emitter<{ changed: []; refused: [error: UnreadableBlocklistError] }> {
  readonly #path: string | undefined
  /** The number of the line that names a stream or an address, in lower case. */
  #lines: ReadonlyMap<string, number> = new Map()

  /** `path`: undefined, nothing is blocked. Throws `UnreadableBlocklistError`. */
  constructor(path: string | undefined) {
    super()
    this.#path = path
    if (path === undefined) return
    this.#lines = read(path)
    watchFile(path, { interval: lookEveryMs, persistent: false }, () => this.#reload(path))
    log.info('blocklist read', { path, entries: this.#lines.size })
  }

  /** Why this stream is not served. `undefined`: it is served. */
  reasonFor({ streamId, broadcaster }: { streamId: StreamId.StreamId; broadcaster?: Address | undefined }) {
    const stream = this.#lines.get(streamId.toLowerCase())
    if (stream !== undefined) return `line ${stream} of the blocklist names the stream`
    const account = broadcaster && this.#lines.get(broadcaster.toLowerCase())
    return account === undefined ? undefined : `line ${account} of the blocklist names the broadcaster`
  }

  close(): void {
    if (this.#path !== undefined) unwatchFile(this.#path)
  }

  /** With a wrong line, the last right list stays: an error of the operator must not open the relay for all streams. */
  #reload(path: string): void {
    try {
      this.#lines = read(path)
    } catch (error) {
      log.warn('the new blocklist is not used, and the previous one stays', { reason: (error as Error).message })
      this.emit('refused', error as UnreadableBlocklistError)
      return
    }
    log.info('blocklist read again', { path, entries: this.#lines.size })
    this.emit('changed')
  }
}

/** One stream id, link to a stream, or address in each line. A comment begins with #. */
function read(path: string): Map<string, number> {
  const lines = new Map<string, number>()
  for (const [index, text] of textOf(path).split('\n').entries()) {
    const entry = text.replace(/(^|\s)#.*$/, '').trim()
    if (entry === '') continue
    const name = entryOf(entry)
    if (!name) throw new UnreadableBlocklistError({ path, fact: `line ${index + 1} is no stream id, link or address` })
    if (!lines.has(name)) lines.set(name, index + 1)
  }
  return lines
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path)
    if (bytes.length <= maxBytes) return bytes.toString()
  } catch (cause) {
    throw new UnreadableBlocklistError({ path, fact: `the file cannot be read`, cause })
  }
  throw new UnreadableBlocklistError({ path, fact: `the file has more than ${maxBytes} bytes` })
}

function entryOf(text: string): Hex | undefined {
  if (isAddress(text, { strict: false })) return text.toLowerCase() as Address
  const [, id] = text.match(/^(?:.*\/)?(0x[0-9a-f]{64})(?:\?.*)?$/i) ?? []
  return id ? StreamId.parse(id) : undefined
}

export class UnreadableBlocklistError extends RelayError {
  override readonly name = 'UnreadableBlocklistError'
  constructor({ path, fact, cause }: { path: string; fact: string; cause?: unknown }) {
    super(
      `The blocklist ${path} cannot be used: ${fact}. Write one stream id, link to a stream or address in each line.`,
      { cause },
    )
  }
}
