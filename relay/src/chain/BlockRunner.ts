import { BaseError, type Client } from 'viem'
import { getBlockNumber, watchBlockNumber } from 'viem/actions'

/** Resolves with `true` when more may be left to do. Then the runner runs the task again immediately, on the newest block. */
// biome-ignore lint/suspicious/noConfusingVoidType: a task that has nothing to tell returns nothing
export type Task = (block: bigint) => Promise<boolean | void>

export type BlockRunnerOptions = {
  client: Client
  /** Runs for each new block, at `start`, and at `wake`. It reads the chain and takes the steps that are due. */
  act: Task
  /** A run failed, or the chain did not answer. The runner tries again at the next block. */
  onFault(error: Error): void
}

/** `block` is undefined when the runner must first request the newest block from the chain. */
type Request = { task: Task; block: bigint | undefined }
type Run = { next: Request | undefined; done: Promise<void> }

/**
 * The only loop over blocks: runs `act` for each new block. Two runs with the same name never overlap. If blocks or wakes come
 * during a run, one more run follows. A repeated fault is reported once. It is reported again only after a run has succeeded or
 * has failed with another fault.
 */
export class BlockRunner {
  readonly #options: BlockRunnerOptions
  readonly #runs = new Map<string, Run>()
  /** By name of the run: the fault that was reported last. */
  readonly #faults = new Map<string, string>()
  #newest: bigint | undefined
  #unwatch = () => {}
  #isStopped = false

  constructor(options: BlockRunnerOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#isStopped) return
    this.#unwatch = watchBlockNumber(this.#options.client, {
      onBlockNumber: (block) => this.#see(block),
      onError: (error) => this.#fault('blocks', error),
    })
    // viem shares one watch among all watchers of a client, and calls a later watcher only at the next block.
    this.wake()
  }

  /** Runs `act` immediately, without waiting for the next block. */
  wake(): void {
    this.#request('act', { task: this.#options.act, block: undefined })
  }

  /**
   * Runs a part of the work in parallel with `act` and with parts of other names, on the newest block that the runner has seen.
   */
  run(name: string, task: Task): void {
    this.#request(`part ${name}`, { task, block: this.#newest })
  }

  /** Starts no run from now on, and reports no fault. */
  stop(): void {
    this.#isStopped = true
    this.#unwatch()
  }

  /** Resolves when no run is left. A run that another run has requested also counts. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map(({ done }) => done))
  }

  #see(block: bigint) {
    this.#faults.delete('blocks')
    if (this.#newest !== undefined && block <= this.#newest) return
    this.#newest = block
    this.#request('act', { task: this.#options.act, block })
  }

  #request(name: string, request: Request) {
    if (this.#isStopped) return
    const running = this.#runs.get(name)
    if (running) {
      running.next = request
      return
    }
    const run: Run = { next: request, done: Promise.resolve() }
    this.#runs.set(name, run)
    run.done = this.#work(name, run)
  }

  async #work(name: string, run: Run) {
    for (let request = run.next; request && !this.#isStopped; request = run.next) {
      run.next = undefined
      const { task } = request
      try {
        const hasMore = await task(request.block ?? (await this.#readBlock()))
        this.#faults.delete(name)
        if (hasMore) run.next ??= { task, block: undefined }
      } catch (error) {
        this.#fault(name, error as Error)
      }
    }
    this.#runs.delete(name)
  }

  async #readBlock(): Promise<bigint> {
    const block = await getBlockNumber(this.#options.client, { cacheTime: 0 })
    if (this.#newest === undefined || block > this.#newest) this.#newest = block
    return block
  }

  #fault(name: string, error: Error) {
    const fault = identityOf(error)
    if (this.#isStopped || this.#faults.get(name) === fault) return
    this.#faults.set(name, fault)
    this.#options.onFault(error)
  }
}

/** viem's messages quote the request, and the block number in the request changes each time. */
const identityOf = (error: Error): string =>
  error instanceof BaseError ? [error.name, error.shortMessage, error.details].join('\n') : error.message
