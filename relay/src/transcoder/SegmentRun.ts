import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { MpegTs, ProtocolError, Recipe, Segment, type TranscodingOptions } from '@lp/contracts/protocol'
import type { Ffmpeg } from './Ffmpeg'
import { confine, defaultLimits, environment, type Limits } from './sandbox'

export type SegmentRunOptions = {
  options: TranscodingOptions.TranscodingOptions
  /** One quantiser for each rendition. */
  qps: readonly number[]
  limits?: Limits
}

type Program = Pick<Ffmpeg, 'path' | 'dialect' | 'sandbox'>

export type Finished = {
  head: MpegTs.Head
  /** Time from the last byte of the input to the last byte of the output, in milliseconds. */
  lagMs: number
}

/**
 * Starts to transcode a segment while the segment arrives. ffmpeg starts when the segment's head has arrived: the first bytes,
 * which describe the segment's video and audio.
 */
export const startSegment = (ffmpeg: Program, options: SegmentRunOptions): SegmentRun => new SegmentRun(ffmpeg, options)

/** One segment in one ffmpeg process. */
export class SegmentRun {
  /**
   * The bytes of each rendition, while ffmpeg writes them. The caller must read all outputs: an output that is not read stops the
   * other outputs. An iteration ends without an error only if the whole run succeeded. If the run failed, the iteration throws
   * the error of `done`.
   */
  readonly outputs: readonly AsyncIterable<Uint8Array>[]
  /** Settles when the process has ended. If the run fails before the process starts, rejects immediately. */
  readonly done: Promise<Finished>

  readonly #ffmpeg: Program
  readonly #options: Required<SegmentRunOptions>
  readonly #headReader = MpegTs.createHeadReader()
  readonly #timeout: NodeJS.Timeout
  /** Bytes that arrived before the head was complete. */
  #held: Uint8Array[] = []
  #bytes = 0
  #process: ChildProcess | undefined
  #failure: Error | undefined
  #drained: Promise<void> | undefined
  #endedAt = 0
  #lastOutputAt = 0
  #announce!: () => void
  #settle!: { resolve(finished: Finished): void; reject(error: Error): void }

  constructor(ffmpeg: Program, options: SegmentRunOptions) {
    this.#ffmpeg = ffmpeg
    this.#options = { limits: defaultLimits, ...options }
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // If the run fails, the caller's writes and reads throw the error, too. So the caller does not have to await `done`.
    this.done.catch(() => undefined)
    const started = new Promise<void>((resolve) => {
      this.#announce = resolve
    })
    this.outputs = options.options.renditions.map((_, index) => this.#output(started, index))
    const { timeoutMs } = this.#options.limits
    this.#timeout = setTimeout(() => this.#fail(new TimeoutError({ timeoutMs })), timeoutMs)
  }

  /** Accepts the next bytes. Resolves when the caller may write more bytes. Rejects when the run has failed. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#assertAlive()
    this.#bytes += chunk.length
    if (this.#bytes > Segment.maxPayloadBytes) this.#fail(new Segment.PayloadTooLargeError({ bytes: this.#bytes }))
    else if (this.#process) this.#feed(chunk)
    else {
      this.#held.push(chunk)
      this.#startAfter(() => this.#headReader.push(chunk))
    }
    await this.#drained
    // ffmpeg closes its input early only when it fails. Its exit code and its error output, which are in the error of `done`,
    // show why.
    if (this.#process && this.#stdin.destroyed) await this.done
    this.#assertAlive()
  }

  /** Call this method when the segment is complete. */
  async end(): Promise<void> {
    this.#assertAlive()
    if (!this.#process) this.#startAfter(() => this.#headReader.end())
    this.#assertAlive()
    this.#endedAt = performance.now()
    this.#stdin.end()
  }

  /** Ends the process. Can be called at any time, and more than once. */
  kill(): void {
    this.#fail(new KilledError())
  }

  get #stdin(): Writable {
    return this.#process?.stdin as Writable
  }

  get #streams(): readonly Socket[] {
    return (this.#process?.stdio.slice(firstOutput) ?? []) as Socket[]
  }

  #assertAlive() {
    if (this.#failure) throw this.#failure
  }

  #fail(error: Error) {
    if (this.#failure) return
    this.#failure = error
    clearTimeout(this.#timeout)
    this.#held = []
    // If there is a process, `done` settles only after the process has ended, so that no process is left behind.
    if (!this.#process) return this.#settle.reject(error)
    this.#signalGroup(this.#process)
    // stderr stays open. When stderr ends, the process inside the sandbox has ended, too.
    for (const stream of [this.#stdin, ...this.#streams]) stream.destroy()
  }

  /** Kills the process group, because a bubblewrap process that is killed early leaves its child process behind. */
  #signalGroup({ pid, exitCode }: ChildProcess) {
    if (pid === undefined || exitCode !== null) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // The process has already ended.
    }
  }

  #startAfter(readHead: () => MpegTs.Head | undefined) {
    try {
      const head = readHead()
      if (!head) return
      if (!head.video && !head.audio) throw new MpegTs.EmptyError()
      Recipe.checkHead(head, this.#options.options)
      this.#start(head)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #start(head: MpegTs.Head) {
    const { options, qps, limits } = this.#options
    const { path, dialect, sandbox } = this.#ffmpeg
    const recipe = Recipe.ffmpegArguments({
      ...{ options, source: head, qps, dialect, input: 'pipe:0' },
      engine: process.arch === 'x64' ? 'x64' : 'portable',
      outputs: options.renditions.map((_, index) => `pipe:${firstOutput + index}`),
    })
    const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe']
    const { command, args } = confine({ sandbox, limits, program: path, args: [...quiet, ...recipe] })
    const child = spawn(command, args, {
      stdio: ['pipe', 'ignore', 'pipe', ...options.renditions.map(() => 'pipe' as const)],
      env: environment,
      // Starts the program in a new process group. `kill` ends all processes of this group.
      detached: true,
    })
    this.#process = child
    let errorOutput = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errorOutput = (errorOutput + text).slice(-maxErrorOutput)
    })
    // A broken pipe does not show why ffmpeg has ended. The exit code of ffmpeg shows this.
    child.stdin?.on('error', () => undefined)
    // Without a `readable` listener, Node discards unread bytes when the process exits.
    for (const stream of this.#streams)
      stream.on('readable', () => {
        this.#lastOutputAt = performance.now()
      })
    child.on('error', (cause) => this.#fail(new SpawnError({ path, cause })))
    child.on('close', (code, signal) => {
      clearTimeout(this.#timeout)
      if (code !== 0 || this.#streams.some(({ bytesRead }) => bytesRead === 0))
        this.#failure ??= new RefusedError({ code, signal, errorOutput })
      if (this.#failure) this.#settle.reject(this.#failure)
      else this.#settle.resolve({ head, lagMs: Math.max(0, this.#lastOutputAt - this.#endedAt) })
    })
    this.#announce()
    for (const chunk of this.#held) this.#feed(chunk)
    this.#held = []
  }

  #feed(chunk: Uint8Array) {
    if (this.#stdin.destroyed || this.#stdin.write(chunk) || this.#drained) return
    this.#drained = new Promise((resolve) => {
      const proceed = () => {
        this.#stdin.off('drain', proceed).off('close', proceed)
        this.#drained = undefined
        resolve()
      }
      this.#stdin.on('drain', proceed).on('close', proceed)
    })
  }

  async *#output(started: Promise<void>, index: number): AsyncGenerator<Uint8Array> {
    await Promise.race([started, this.done])
    let bytes = 0
    try {
      for await (const chunk of this.#streams[index] as Socket) {
        bytes += chunk.length
        if (bytes > Segment.maxPayloadBytes) this.#fail(new Segment.PayloadTooLargeError({ bytes }))
        yield chunk
      }
    } catch (error) {
      await this.done
      throw error
    }
    await this.done
  }
}

/** The first file descriptor after stdin, stdout and stderr. */
const firstOutput = 3
const maxErrorOutput = 2_000

export class RefusedError extends ProtocolError {
  override readonly name = 'SegmentRun.RefusedError'
  constructor({ code, signal, errorOutput }: { code: number | null; signal: string | null; errorOutput: string }) {
    super('ffmpeg could not transcode the segment.', {
      details: [
        signal ? `Signal: ${signal}` : `Exit code: ${code}`,
        `ffmpeg wrote: ${errorOutput.trim() || 'nothing'}`,
      ],
    })
  }
}

export class TimeoutError extends ProtocolError {
  override readonly name = 'SegmentRun.TimeoutError'
  constructor({ timeoutMs }: { timeoutMs: number }) {
    super('The segment was not transcoded within the time limit.', { details: [`Limit: ${timeoutMs} ms`] })
  }
}

export class KilledError extends ProtocolError {
  override readonly name = 'SegmentRun.KilledError'
  constructor() {
    super('Transcoding of the segment was stopped.')
  }
}

export class SpawnError extends ProtocolError {
  override readonly name = 'SegmentRun.SpawnError'
  constructor({ path, cause }: { path: string; cause: unknown }) {
    super('ffmpeg did not start.', { details: [`Path: ${path}`], cause })
  }
}
