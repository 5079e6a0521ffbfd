import type { Client } from 'viem'
import { getBlockNumber, watchBlockNumber } from 'viem/actions'

/** Resolves with `true` when the task may have more work to do. The runner then runs the task again immediately, on the newest block. */
// biome-ignore lint/suspicious/noConfusingVoidType: a task that has nothing to report returns nothing
export type Task = (block: bigint) => Promise<boolean | void>

export type BlockRunnerOptions = {
  client: Client
  /**
   * The runner calls this function for each new block, at `start`, and at `wake`. The function reads the chain and takes the steps that
   * are due.
   */
  act: Task
  /** Called when a run has failed, or when the chain did not answer. The runner tries again at the next block. */
  onFault(error: Error): void
}

/** `block` is undefined when the runner must first request the newest block from the chain. */
type Request = { task: Task; block: bigint | undefined }
type Run = { next: Request | undefined; done: Promise<void> }

/**
 * Runs `act` for each new block, and runs single parts of the work (`run`) in parallel. Two runs of `act` never overlap. Two runs of parts
 * with the same name never overlap either. If new blocks or calls of `wake` come during a run, one more run follows. The runner reports
 * each run that fails.
 */
export class BlockRunner {
  readonly #options: BlockRunnerOptions
  readonly #runs = new Map<string, Run>()
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
      onError: (error) => this.#fault(error),
    })
    // If the client already has a watcher, viem calls a new watcher only at the next block. The first run must not wait for that block.
    this.wake()
  }

  /** Runs `act` without waiting for the next block: immediately, or after the present run. */
  wake(): void {
    this.#request('act', { task: this.#options.act, block: undefined })
  }

  /**
   * Runs a part of the work in parallel with `act` and with parts that have other names, on the newest block that the runner has
   * seen.
   */
  run(name: string, task: Task): void {
    this.#request(`part ${name}`, { task, block: this.#newest })
  }

  /** From now on the runner starts no run and reports no fault. */
  stop(): void {
    this.#isStopped = true
    this.#unwatch()
  }

  /** Resolves when all runs have ended, including the runs that were requested during a run. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all([...this.#runs.values()].map(({ done }) => done))
  }

  #see(block: bigint) {
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
        if (hasMore) run.next ??= { task, block: undefined }
      } catch (error) {
        this.#fault(error as Error)
      }
    }
    this.#runs.delete(name)
  }

  async #readBlock(): Promise<bigint> {
    const block = await getBlockNumber(this.#options.client, { cacheTime: 0 })
    if (this.#newest === undefined || block > this.#newest) this.#newest = block
    return block
  }

  #fault(error: Error) {
    if (!this.#isStopped) this.#options.onFault(error)
  }
}
