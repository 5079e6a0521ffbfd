import { ProtocolError } from '@lp/contracts/protocol'
import type { Machine } from './Machine'
import type { State } from './State'
import { Status } from './Status'

/**
 * A program's execution, from a first state until the machine halts. It keeps snapshots, so that it can give every state without making all
 * steps again. A halted machine stays in its state.
 */
export class Execution {
  readonly #machine: Machine
  readonly #snapshots: readonly Snapshot[]
  /** The number of steps until the machine halts. If it did not halt in time, the number of recorded steps. */
  readonly length: number
  readonly #isHalted: boolean
  /** The number of steps after which the machine is. */
  #present: number

  private constructor(machine: Machine, snapshots: readonly Snapshot[]) {
    this.#machine = machine
    this.#snapshots = snapshots
    const { step, state } = snapshots.at(-1) as Snapshot
    this.length = step
    this.#present = step
    this.#isHalted = state.status !== Status.Running
  }

  /**
   * Makes all steps until the machine halts, at most `maxSteps`, and keeps between `snapshots / 2` and `snapshots` snapshots at equal
   * distances. More snapshots need more memory: each snapshot keeps the pages that the program changed later. They save time when states are
   * asked for. Only the execution may use the machine afterwards.
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

  /**
   * The state after `step` steps. Goes on from the state that was asked for before, or from a nearer snapshot. So rising steps are the
   * fastest: no step is made twice. Steps that were not recorded are always made again. Throws `NoSuchStepError`.
   */
  stateAt(step: number): State {
    if (!Number.isSafeInteger(step) || step < 0) throw new NoSuchStepError(step)
    const at = this.#isHalted ? Math.min(step, this.length) : step
    const nearest = this.#snapshots.findLast((snapshot) => snapshot.step <= at) as Snapshot
    if (this.#present > at || this.#present < nearest.step) {
      this.#machine.load(nearest.state)
      this.#present = nearest.step
    }
    this.#machine.run(at - this.#present)
    this.#present = at
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
