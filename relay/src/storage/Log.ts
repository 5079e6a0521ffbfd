import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ProtocolError } from '@lp/contracts/protocol'

type Waiting = { line: string; resolve: () => void; reject: (error: WriteError) => void }

/** An append-only file of lines that survives `kill -9`: what was acknowledged is there, what was torn never happened. */
export class Log {
  /** Unix time of the last write of an earlier run. */
  readonly modifiedMs: number
  readonly #path: string
  readonly #file: FileHandle
  /** Bytes that are whole lines on disk. */
  #length: number
  #torn = false
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  private constructor({
    path,
    file,
    length,
    modifiedMs,
  }: { path: string; file: FileHandle; length: number; modifiedMs: number }) {
    this.modifiedMs = modifiedMs
    this.#path = path
    this.#file = file
    this.#length = length
  }

  /** Gives `onLine` what is there, in order, then cuts off a last line that was never finished. */
  static async open(path: string, onLine: (line: string) => void): Promise<Log> {
    await mkdir(dirname(path), { recursive: true })
    // Not 'a': after a failed write the next one must overwrite what it left.
    const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return open(path, 'wx+')
    })
    const { mtimeMs: modifiedMs } = await file.stat()
    let rest = Buffer.alloc(0)
    let length = 0
    for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
      rest = Buffer.concat([rest, chunk as Buffer])
      let begin = 0
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, begin)) {
        onLine(rest.toString('utf8', begin, end))
        begin = end + 1
      }
      length += begin
      rest = rest.subarray(begin)
    }
    if (rest.length > 0) await file.truncate(length)
    return new Log({ path, file, length, modifiedMs })
  }

  /** Resolves when `line` (without a line break) is on disk. Throws `WriteError`. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Waits for what was appended. */
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

  async #write(bytes: Buffer): Promise<void> {
    if (this.#torn) await this.#file.truncate(this.#length)
    this.#torn = true
    for (let written = 0; written < bytes.length; )
      written += (await this.#file.write(bytes, written, bytes.length - written, this.#length + written)).bytesWritten
    await this.#file.datasync()
    this.#length += bytes.length
    this.#torn = false
  }
}

export class WriteError extends ProtocolError {
  override readonly name = 'Log.WriteError'
  constructor({ path, cause }: { path: string; cause: unknown }) {
    super('The log cannot be written. Is the disk full?', {
      details: [`File: ${path}`, `Cause: ${cause instanceof Error ? cause.message : String(cause)}`],
      cause,
    })
  }
}
