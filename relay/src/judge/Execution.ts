import { ProtocolError } from '@lp/contracts/protocol'
import type { Machine } from './Machine'
import type { State } from './State'

/**
 * A program's execution, from a first state until the machine halts. It keeps snapshots, so that it can give every state without making all
 * steps again. After the last step, the state stays the same.
 */
export class Execution {
  readonly #machine: Machine
  readonly #snapshots: readonly Snapshot[]
  /** The number of steps until the machine halts. If it did not halt in time, the number of steps that were allowed. */
  readonly length: number

  private constructor(machine: Machine, snapshots: readonly Snapshot[]) {
    this.#machine = machine
    this.#snapshots = snapshots
    this.length = (snapshots.at(-1) as Snapshot).step
  }

  /**
   * Makes all steps, at most `maxSteps`, and keeps between `snapshots / 2` and `snapshots` snapshots at equal distances. More snapshots need
   * more memory: each snapshot keeps the pages that the program changed later. They save time when states are asked for. Only the execution
   * may use the machine afterwards.
   */
  static record(
    first: State,
    { machine, maxSteps, snapshots = 16 }: { machine: Machine; maxSteps: number; snapshots?: number },
  ): Execution {
    if (snapshots < 2) throw new TooFewSnapshotsError(snapshots)
    machine.load(first)
    let kept: Snapshot[] = [{ step: 0, state: first }]
    // The length is not known in advance, so the distance starts small, and doubles when there are too many snapshots.
    let distance = 1_000
    for (let step = 0; step < maxSteps; ) {
      const wanted = Math.min(distance - (step % distance), maxSteps - step)
      const made = machine.run(wanted)
      step += made
      const isEnd = made < wanted || step === maxSteps
      if (kept.at(-1)?.step !== step) kept.push({ step, state: machine.state() })
      if (isEnd) break
      if (kept.length < snapshots) continue
      distance *= 2
      kept = kept.filter((snapshot) => snapshot.step % distance === 0)
    }
    return new Execution(machine, kept)
  }

  /** The state after `step` steps. Beyond the last step, the last state. Throws `NoSuchStepError`. */
  stateAt(step: number): State {
    const at = this.#within(step)
    const from = this.#snapshots.findLast((snapshot) => snapshot.step <= at) as Snapshot
    this.#machine.load(from.state)
    return this.#advance(at - from.step)
  }

  /** The states after these steps, which rise. Makes no step twice, so it is faster than `stateAt` for each of them. Throws `NoSuchStepError`. */
  statesAt(steps: readonly number[]): State[] {
    let present = Number.POSITIVE_INFINITY
    return steps.map((step) => {
      const at = this.#within(step)
      const isNearer = this.#snapshots.some((snapshot) => snapshot.step > present && snapshot.step <= at)
      const state = at < present || isNearer ? this.stateAt(at) : this.#advance(at - present)
      present = at
      return state
    })
  }

  #within(step: number): number {
    if (!Number.isSafeInteger(step) || step < 0) throw new NoSuchStepError(step)
    return Math.min(step, this.length)
  }

  #advance(steps: number): State {
    this.#machine.run(steps)
    return this.#machine.state()
  }
}

type Snapshot = { step: number; state: State }

export class NoSuchStepError extends ProtocolError {
  override readonly name = 'Execution.NoSuchStepError'
  constructor(step: number) {
    super('An execution has no such step. Give a whole number that is not negative.', { details: [`Step: ${step}`] })
  }
}

export class TooFewSnapshotsError extends ProtocolError {
  override readonly name = 'Execution.TooFewSnapshotsError'
  constructor(snapshots: number) {
    super('An execution needs room for two snapshots or more.', { details: [`Snapshots: ${snapshots}`] })
  }
}
