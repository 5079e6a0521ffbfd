import { Segment } from '@lp/contracts/protocol'
import { logOf } from 'lp-relay/log'
import type { Hex } from 'viem'
import type { HashAnswer, HashRequest } from './hashWorker'

const log = logOf('watch')

/** The worker hashes the largest payload in a small part of this time, also on a phone. */
const answerWithinMs = 3_000

/** Does the work of `Segment.verifyPayload`, but hashes in a worker, because hashing a segment takes longer than a frame. */
export class PayloadVerifier {
  readonly #worker: Worker | undefined
  readonly #waiting = new Map<number, (dataHash: Hex | undefined) => void>()
  #requests = 0
  #hasFailed = false
  /** The worker has not answered in time, and not since then. The page does not wait for it. */
  #isLate = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    try {
      this.#worker = new Worker(new URL('./hashWorker.ts', import.meta.url), { type: 'module', name: 'hash' })
    } catch (error) {
      this.#fail((error as Error).message)
      return
    }
    this.#worker.onmessage = ({ data: { id, dataHash, failure } }: MessageEvent<HashAnswer>) => {
      if (failure !== undefined) this.#fail(failure)
      this.#isLate = false
      this.#settle(id, dataHash)
      this.#limitWait()
    }
    this.#worker.onmessageerror = () => this.#fail('an answer cannot be read')
    this.#worker.onerror = ({ message }) => this.#fail(message)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#worker?.terminate()
  }

  /** Throws `Segment.WrongPayloadError` or `Segment.PayloadTooLargeError`. */
  readonly verify: typeof Segment.verifyPayload = async (header, data) => {
    const actual = data.length > Segment.maxPayloadBytes ? undefined : await this.#hash(data)
    // If the worker has returned no hash, or a hash that is not the hash in the header, or if the data is too large, `verifyPayload` checks
    // the data in this thread, and throws the right error if the data is wrong.
    if (actual !== header.dataHash) await Segment.verifyPayload(header, data)
  }

  #hash(data: Uint8Array): Promise<Hex | undefined> {
    if (this.#hasFailed || this.#isLate) return Promise.resolve(undefined)
    const id = this.#requests++
    const request: HashRequest = { id, data }
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#worker?.postMessage(request)
      if (this.#waiting.size === 1) this.#limitWait()
    })
  }

  /**
   * Limits the time until the next answer. The script of a worker can stay pending (a proxy or an extension holds it back), and then the
   * browser reports neither an answer nor an error.
   */
  #limitWait(): void {
    clearTimeout(this.#timer)
    if (this.#waiting.size === 0) return
    this.#timer = setTimeout(() => {
      log.warn('the hash worker does not answer; this page hashes until the worker answers')
      this.#isLate = true
      this.#settleAll()
    }, answerWithinMs)
  }

  #fail(message: string): void {
    log.warn('the hash worker failed; this page hashes instead', { message })
    this.#hasFailed = true
    this.#settleAll()
  }

  #settleAll(): void {
    clearTimeout(this.#timer)
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined)
  }

  #settle(id: number, dataHash: Hex | undefined): void {
    this.#waiting.get(id)?.(dataHash)
    this.#waiting.delete(id)
  }
}
