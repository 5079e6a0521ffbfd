import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'
import { encodeLine, type LogLine } from './logLine'
import { piecesOf, read } from './logPieces'
import { readLines } from './readLines'
import { type Damage, maxSideBytes, setAside, sideFileOf } from './setAside'

export type LineLogOptions = {
  path: string
  /** Version of the format of new lines. The caller cannot read lines of a newer version. */
  version: number
  /** Receives each undamaged line, in order. Must throw a `ProtocolError` when it cannot use the line. */
  onLine(line: LogLine): void
  /** Called once for all damaged lines. The log ignores these lines. */
  onFault(fault: DamagedLogError): void
}

type Waiting = { line: string; resolve: () => void; reject: (error: WriteError) => void }

/** An append-only file of lines. It survives `kill -9`: a line is on disk before `append` resolves. */
export class LineLog {
  /** Unix time of the last change of the file before `open` opened it, in milliseconds. For a new file: the time of its creation. */
  readonly modifiedMs: number
  readonly #path: string
  readonly #version: number
  readonly #file: FileHandle
  /** Number of bytes that hold lines. The next line is written after these bytes. */
  #length: number
  /** Whether the file ends without a line break. If so, a line break is written before the next line. */
  #isOpenEnded: boolean
  /** Whether the file may end with bytes of a failed write. */
  #torn = false
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  private constructor({ path, version, file, length, isOpenEnded, modifiedMs }: Opened) {
    this.modifiedMs = modifiedMs
    this.#path = path
    this.#version = version
    this.#file = file
    this.#length = length
    this.#isOpenEnded = isOpenEnded
  }

  /**
   * Opens the log and reads all lines; creates the log when there is none. Copies damaged lines to a side file (`setAside`), and
   * reports all of them in one call of `onFault`. Throws `NewerVersionError`; in this case the file is unchanged.
   */
  static async open({ path, version, onLine, onFault }: LineLogOptions): Promise<LineLog> {
    await mkdir(dirname(path), { recursive: true })
    // The flag is not 'a', because 'a' always appends, and `setAside` must overwrite damaged bytes with spaces.
    const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return open(path, 'wx+')
    })
    try {
      const { mtimeMs: modifiedMs, size } = await file.stat()
      const damages: Damage[] = []
      let heldBytes = 0
      let isOpenEnded = false
      for await (const raw of readLines(file)) {
        isOpenEnded = !raw.isFinished
        for (const piece of piecesOf(raw)) {
          const cause = read(piece, { path, version, onLine })
          if (!cause) continue
          heldBytes += piece.length
          const bytes = heldBytes <= maxSideBytes ? piece.bytes : undefined
          damages.push({ ...piece, bytes, line: piece.number, cause })
        }
      }
      let length = size
      if (damages.length > 0) {
        const outcome = await setAside(damages, { path, file }).catch((error: Error) => error)
        onFault(new DamagedLogError({ path, damages, outcome }))
        const last = damages.at(-1) as Damage
        // The last damaged line reaches the end of the file and was copied to the side file. So the next line can replace it.
        if (last.offset + last.length === size && Array.isArray(outcome) && outcome.includes(last)) {
          length = last.offset
          await file.truncate(length)
          isOpenEnded = await endsWithinLine(file, length)
        }
      }
      return new LineLog({ path, version, file, length, isOpenEnded, modifiedMs })
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Appends `entry`, which is JSON. Resolves when the line is on disk. Throws `WriteError`. */
  append(entry: string): Promise<void> {
    const line = encodeLine({ version: this.#version, entry })
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Waits for pending appends, then closes the file. */
  async close(): Promise<void> {
    await this.#flushing
    await this.#file.close()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      try {
        await this.#write(Buffer.from(batch.map(({ line }) => `${line}\n`).join('')))
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        const error = new WriteError({ path: this.#path, cause })
        for (const { reject } of batch) reject(error)
      }
    }
    this.#flushing = undefined
  }

  async #write(lines: Buffer): Promise<void> {
    const bytes = this.#isOpenEnded ? Buffer.concat([Buffer.from('\n'), lines]) : lines
    if (this.#torn) await this.#file.truncate(this.#length)
    this.#torn = true
    for (let written = 0; written < bytes.length; )
      written += (await this.#file.write(bytes, written, bytes.length - written, this.#length + written)).bytesWritten
    await this.#file.datasync()
    this.#length += bytes.length
    this.#isOpenEnded = false
    this.#torn = false
  }
}

type Opened = {
  path: string
  version: number
  file: FileHandle
  length: number
  isOpenEnded: boolean
  modifiedMs: number
}

async function endsWithinLine(file: FileHandle, length: number): Promise<boolean> {
  if (length === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, length - 1)
  return buffer[0] !== 10
}

export class WriteError extends ProtocolError {
  override readonly name = 'LineLog.WriteError'
  constructor({ path, cause }: { path: string; cause: unknown }) {
    super('The log cannot be written. Is the disk full?', {
      details: [`File: ${path}`, `Cause: ${cause instanceof Error ? cause.message : String(cause)}`],
      cause,
    })
  }
}

/** Counts the damaged lines of a log, and describes the first ten. */
export class DamagedLogError extends ProtocolError {
  override readonly name = 'LineLog.DamagedLogError'
  readonly path: string
  /** Number of damaged lines. */
  readonly lines: number
  /** The first ten damaged lines. */
  readonly first: readonly { line: number; cause: Error }[]
  constructor({ path, damages, outcome }: { path: string; damages: readonly Damage[]; outcome: Damage[] | Error }) {
    const first = damages.slice(0, 10).map(({ line, cause }) => ({ line, cause }))
    const kept =
      outcome instanceof Error ? `none, because: ${outcome.message}` : `${outcome.length} in ${sideFileOf(path)}`
    super('A log has damaged lines, which are not used.', {
      details: [
        `File: ${path}`,
        `Damaged lines: ${damages.length}`,
        ...first.map(({ line, cause }) => `Line ${line}: ${cause.message.replaceAll('\n', ' ')}`),
        `Copied: ${kept}`,
      ],
      cause: first[0]?.cause,
    })
    this.path = path
    this.lines = damages.length
    this.first = first
  }
}
