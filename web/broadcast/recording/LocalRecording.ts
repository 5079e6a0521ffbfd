import { logOf } from 'lp-relay/log'
import type { Problem } from '../../ui/Problem'
import type { FromDisk, ToDisk } from './messages'

const log = logOf('broadcast')

/** More than this waits only if the disk is slower than the stream. */
const maxWaitingBytes = 32 * 1024 * 1024
const tellEveryMs = 1_000

export type LocalRecordingState = {
  name: string
  /** The length of the file. */
  bytes: number
  /** Why the recording has ended before the stream. The file keeps everything before. */
  problem?: Problem
  isClosed: boolean
}

export type LocalRecordingOptions = {
  name: string
  onChange(state: LocalRecordingState): void
  /** Starts the worker that writes the file. */
  startWorker?(): Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>
}

/**
 * Writes the bytes of a stream into a file in the private file system of this site. A recording that fails does not stop the stream. The
 * file exists from the first byte.
 */
export class LocalRecording {
  readonly #options: Required<LocalRecordingOptions>
  #state: LocalRecordingState
  #worker: ReturnType<Required<LocalRecordingOptions>['startWorker']> | undefined
  #sentBytes = 0
  #toldMs = 0

  constructor(options: LocalRecordingOptions) {
    this.#options = { startWorker, ...options }
    this.#state = { name: options.name, bytes: 0, isClosed: false }
  }

  write(data: Uint8Array): void {
    if (this.#state.isClosed || this.#state.problem) return
    this.#worker ??= this.#open()
    this.#sentBytes += data.length
    if (this.#sentBytes - this.#state.bytes > maxWaitingBytes) {
      // The worker closes the file after the bytes that it has got.
      this.#send({ type: 'close' })
      this.#change({ problem: tooSlow })
      return
    }
    // The page still sends these bytes to the transcoder, so the worker gets a copy.
    this.#send({ type: 'write', data })
  }

  /** Completes the file. Later bytes are ignored. */
  close(): void {
    if (this.#state.isClosed || this.#state.problem) return
    if (this.#worker) this.#send({ type: 'close' })
    else this.#change({ isClosed: true })
  }

  #open() {
    const worker = this.#options.startWorker()
    worker.onmessage = ({ data }: MessageEvent<FromDisk>) => this.#receive(data)
    worker.onerror = () => this.#receive({ type: 'failed', isFull: false, details: 'The worker did not start.' })
    worker.postMessage({ type: 'open', name: this.#options.name } satisfies ToDisk)
    return worker
  }

  #receive(message: FromDisk) {
    if (message.type === 'written') {
      this.#state = { ...this.#state, bytes: message.bytes }
      // The encoder gives bytes many times a second, and the page must not be drawn as often.
      if (performance.now() - this.#toldMs > tellEveryMs) this.#change({})
      return
    }
    this.#worker?.terminate()
    if (message.type === 'closed') return this.#change({ isClosed: true })
    log.warn('the recording on this computer has ended', { details: message.details })
    this.#change({ isClosed: true, problem: message.isFull ? diskFull : notPossible })
  }

  #send(message: ToDisk) {
    this.#worker?.postMessage(message)
  }

  #change(change: Partial<LocalRecordingState>) {
    this.#state = { ...this.#state, ...change }
    this.#toldMs = performance.now()
    this.#options.onChange(this.#state)
  }
}

const startWorker = () =>
  new Worker(new URL('./recordingWorker.ts', import.meta.url), { type: 'module', name: 'recording' })

const goesOn = 'The stream goes on. You can download what was recorded until now after the stream.'

const tooSlow: Problem = {
  sentence: 'The disk of this computer is too slow, so the recording on this computer has ended.',
  nextStep: goesOn,
}

const diskFull: Problem = {
  sentence: 'This browser has no more space, so the recording on this computer has ended.',
  nextStep: goesOn,
}

const notPossible: Problem = {
  sentence: 'This browser does not let the page write a file, so there is no recording on this computer.',
  nextStep: 'The stream goes on. For a recording, use a window that is not private, or another browser.',
}
