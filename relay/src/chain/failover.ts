import {
  BaseError,
  fallback,
  HttpRequestError,
  type HttpTransportConfig,
  hexToNumber,
  http,
  isHex,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  TimeoutError,
  type Transport,
} from 'viem'
import { isOverLimit } from './isOverLimit'

/** An RPC that does not say its chain id within this time counts as dead. */
const probeMs = 4_000
/** While another RPC works, a request waits for the first answer of an earlier RPC of the list no longer than this. */
const patienceMs = 300
/** A dead RPC is asked again after this time. */
const restMs = 30_000

export type FailoverOptions = Pick<HttpTransportConfig, 'batch' | 'retryCount'> & {
  /** The chain of all these RPCs. The transport uses no RPC of another chain. */
  chainId: number
  /** Gets the host of an RPC that has stopped working, once until it works again. */
  onDead?: ((host: string, error: Error) => void) | undefined
}

/**
 * viem's transport for one RPC, or for several RPCs of one chain. It uses the first RPC of the list that works. If that RPC does not answer,
 * the others get the request, so one dead RPC causes no error. At the start all RPCs are asked at the same time: the transport does not wait
 * for a dead one.
 */
export function failover(urls: readonly string[], { chainId, onDead, batch, retryCount }: FailoverOptions): Transport {
  const retries = retryCount === undefined ? {} : { retryCount }
  const asBatch = batch === undefined ? {} : { batch }
  const [only] = urls
  if (urls.length < 2) return http(only, { ...asBatch, ...retries })
  const rpcs: Rpc[] = urls.map((url) => new Rpc(url, { chainId, onDead, others: () => rpcs }))
  const transports = rpcs.map(
    (rpc): Transport =>
      (parameters) => {
        const made = http(rpc.url, asBatch)(parameters)
        const request: typeof made.request = (body: { method: string }, options?: object) =>
          rpc.run(() => made.request(body as never, options) as Promise<never>)
        return { ...made, request }
      },
  )
  return fallback(transports, { shouldThrow: (error) => !isUnanswered(error), ...retries })
}

/** Whether another RPC may answer this request. An error of the chain, as a revert or a refused range, would be the same there. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof DeadRpcError || isDead(error) || isOverLimit(error)) return true
  return (
    error instanceof BaseError &&
    error.walk(
      (cause) => cause instanceof MethodNotFoundRpcError || cause instanceof MethodNotSupportedRpcError,
    ) instanceof BaseError
  )
}

/** HTTP: the answer is about this request, and not about the RPC. */
const answered: ReadonlySet<number> = new Set([400, 413, 416, 422])

/** Whether an RPC did not answer, refuses this caller, or is broken. */
const isDead = (error: unknown): boolean =>
  error instanceof BaseError &&
  error.walk(
    (cause) =>
      cause instanceof TimeoutError ||
      (cause instanceof HttpRequestError && (cause.status === undefined || !answered.has(cause.status))),
  ) instanceof BaseError

type RpcOptions = Pick<FailoverOptions, 'chainId' | 'onDead'> & { others(): readonly Rpc[] }

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))

/** One of several RPCs, and whether it works. */
class Rpc {
  readonly url: string
  readonly #options: RpcOptions
  #isAlive = false
  #isReported = false
  #probe: Promise<void> | undefined
  #askedMs = 0
  #error: Error | undefined
  #askAgainMs = Number.NEGATIVE_INFINITY

  constructor(url: string, options: RpcOptions) {
    this.url = url
    this.#options = options
  }

  /** Runs a request if this RPC works. Rejects with `DeadRpcError` if another RPC works and this one does not. */
  async run<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isAlive) await this.#wake()
    try {
      return await request()
    } catch (error) {
      if (isDead(error)) this.#rest(error as Error)
      throw error
    }
  }

  /** Resolves when this RPC works. Does not wait for an answer of this RPC while another RPC works. */
  async #wake(): Promise<void> {
    const others = this.#options.others().filter((rpc) => rpc !== this)
    for (const rpc of [this, ...others]) if (!rpc.#isAlive) rpc.#ask()
    const another = others.some((rpc) => rpc.#isAlive)
      ? Promise.resolve()
      : Promise.any(others.flatMap((rpc) => rpc.#probe ?? [])).catch(() => new Promise<never>(() => undefined))
    const patience = another.then(() => pause(this.#askedMs + patienceMs - performance.now()))
    // Without a question, this RPC was found dead a moment ago.
    if (this.#probe) await Promise.race([this.#probe, patience]).catch(() => undefined)
    if (!this.#isAlive) throw new DeadRpcError({ host: this.#host, cause: this.#error })
  }

  /** Asks for the chain id, unless a question is open, or this RPC was asked a moment ago while another RPC works. */
  #ask(): void {
    const canWait = this.#options.others().some((rpc) => rpc.#isAlive)
    if (this.#probe || (canWait && performance.now() < this.#askAgainMs)) return
    this.#askedMs = performance.now()
    this.#probe = this.#readChainId()
      .then(
        () => {
          this.#isAlive = true
          this.#isReported = false
        },
        (error: Error) => {
          this.#rest(error)
          throw error
        },
      )
      .finally(() => {
        this.#probe = undefined
      })
    // A caller that waits gets the error, and nobody may wait.
    this.#probe.catch(() => undefined)
  }

  async #readChainId(): Promise<void> {
    const { request } = http(this.url, { retryCount: 0, timeout: probeMs })({})
    const answer: unknown = await request({ method: 'eth_chainId' })
    const chainId = isHex(answer) ? hexToNumber(answer) : undefined
    if (chainId !== this.#options.chainId) throw new OtherChainError({ host: this.#host, chainId })
  }

  #rest(error: Error): void {
    this.#isAlive = false
    this.#error = error
    this.#askAgainMs = performance.now() + restMs
    if (this.#isReported) return
    this.#isReported = true
    this.#options.onDead?.(this.#host, error)
  }

  get #host(): string {
    return new URL(this.url).host
  }
}

export class DeadRpcError extends BaseError {
  constructor({ host, cause }: { host: string; cause: Error | undefined }) {
    super(`The RPC at ${host} does not work.`, { name: 'DeadRpcError', ...(cause && { cause }) })
  }
}

export class OtherChainError extends BaseError {
  constructor({ host, chainId }: { host: string; chainId: number | undefined }) {
    super(`The RPC at ${host} belongs to another chain: ${chainId ?? 'it names none'}.`, { name: 'OtherChainError' })
  }
}
