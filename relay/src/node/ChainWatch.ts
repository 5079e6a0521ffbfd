import type { EIP1193RequestOptions, Transport } from 'viem'
import { failover } from '../chain/failover'
import { logOf } from '../log'
import { RelayError } from './RelayError'

const log = logOf('chain')

export type ChainWatchOptions = {
  /** The longest time for an answer, including viem's own retries. Default 20 s. */
  limitMs?: number
  /** After this time without an answer, a log line says that the relay waits. Default 4 s. */
  noticeMs?: number
}

/** The least time between two log lines about waiting. */
const quietMs = 60_000
/** The longest time for an answer while the relay closes. */
const hurriedLimitMs = 5_000

type Waiting = { reject(error: Error): void; timer: NodeJS.Timeout }

/** If these requests fail, the relay misses jobs and deadlines, even if the RPC answers other requests. */
const neededMethods: readonly string[] = ['eth_blockNumber', 'eth_getLogs']

/** How well the RPC answers. */
export type ChainHealth = {
  /** Milliseconds since the last answer. */
  silentMs: number
  /** Milliseconds since the last increase of the number of the newest block. */
  stoppedMs: number
  /** The needed request that has failed for the longest time, and the milliseconds since its first failure. `undefined`: none fails. */
  failing: { method: string; ms: number } | undefined
}

/** Limits the time of every request to the RPCs of a chain, logs when the RPC is slow, and measures how well the RPC answers. */
export class ChainWatch {
  readonly #host: string
  readonly #limitMs: number
  readonly #noticeMs: number
  readonly #waiting = new Set<Waiting>()
  #noticedMs = Number.NEGATIVE_INFINITY
  #isHurried = false
  #isSilent = false
  #answeredMs = performance.now()
  #newest = 0n
  #increasedMs = performance.now()
  /** The needed requests whose last answer was an error, and when the first of these errors came. Oldest first. */
  readonly #failing = new Map<string, number>()

  /** `host`: how messages name the RPCs. */
  constructor({ host, limitMs = 20_000, noticeMs = 4_000 }: ChainWatchOptions & { host: string }) {
    this.#host = host
    this.#limitMs = limitMs
    this.#noticeMs = noticeMs
  }

  get health(): ChainHealth {
    const nowMs = performance.now()
    const [failing] = [...this.#failing].map(([method, sinceMs]) => ({ method, ms: nowMs - sinceMs }))
    return { silentMs: nowMs - this.#answeredMs, stoppedMs: nowMs - this.#increasedMs, failing }
  }

  /** viem's transport for one or more RPCs, with the limit of this class. `chainId`: the chain of the RPCs, if there is more than one. */
  transport(rpcUrls: readonly string[], chainId = 0): Transport {
    const onDead = (rpc: string) => log.warn('an RPC does not work, the relay uses another one', { rpc })
    const inner = failover(rpcUrls, { chainId, retryCount: 3, onDead })
    return (parameters) => {
      const made = inner(parameters)
      const request: typeof made.request = (body: { method: string }, options?: EIP1193RequestOptions) =>
        this.#limit(body.method, () => made.request(body as never, options) as Promise<never>)
      return { ...made, request }
    }
  }

  /**
   * From now on, a request fails after 5 s without an answer. A new request fails immediately if an earlier request has reached its time
   * limit and no request has succeeded since. The relay calls this method when it closes, so that it ends in time even if the RPC does not
   * answer.
   */
  hurry(): void {
    this.#isHurried = true
    for (const waiting of this.#waiting) {
      clearTimeout(waiting.timer)
      waiting.timer = this.#startTimer(hurriedLimitMs, waiting.reject)
    }
  }

  #limit<Answer>(method: string, ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#isHurried && this.#isSilent) return Promise.reject(this.#silence(hurriedLimitMs))
    const notice = setTimeout(() => this.#notice(method), this.#noticeMs)
    return new Promise<Answer>((resolve, reject) => {
      const waiting: Waiting = {
        reject,
        timer: this.#startTimer(this.#isHurried ? hurriedLimitMs : this.#limitMs, reject),
      }
      this.#waiting.add(waiting)
      const done = () => {
        clearTimeout(notice)
        clearTimeout(waiting.timer)
        this.#waiting.delete(waiting)
      }
      ask().then(
        (answer) => {
          this.#isSilent = false
          this.#answered(method, answer)
          done()
          resolve(answer)
        },
        (error) => {
          if (neededMethods.includes(method) && !this.#failing.has(method)) this.#failing.set(method, performance.now())
          done()
          reject(error)
        },
      )
    })
  }

  #answered(method: string, answer: unknown) {
    this.#answeredMs = performance.now()
    this.#failing.delete(method)
    // An RPC can send anything.
    if (method !== 'eth_blockNumber' || typeof answer !== 'string' || !/^0x[0-9a-f]{1,16}$/i.test(answer)) return
    if (BigInt(answer) <= this.#newest) return
    this.#newest = BigInt(answer)
    this.#increasedMs = this.#answeredMs
  }

  #startTimer(limitMs: number, reject: (error: Error) => void): NodeJS.Timeout {
    return setTimeout(() => {
      this.#isSilent = true
      reject(this.#silence(limitMs))
    }, limitMs)
  }

  #silence = (limitMs: number) => new ChainSilentError({ host: this.#host, limitMs })

  #notice(method: string) {
    if (Date.now() - this.#noticedMs < quietMs) return
    this.#noticedMs = Date.now()
    log.warn('waiting for the chain, which has not answered yet', {
      ...{ rpc: this.#host, method, waitedMs: this.#noticeMs },
      limitMs: this.#isHurried ? hurriedLimitMs : this.#limitMs,
    })
  }
}

export class ChainSilentError extends RelayError {
  override readonly name = 'ChainSilentError'
  constructor({ host, limitMs }: { host: string; limitMs: number }) {
    super(
      `The chain at ${host} has not answered for ${limitMs / 1_000} s. Check --rpc, and check that the node of the chain runs.`,
    )
  }
}
