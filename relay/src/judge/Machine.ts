import type { State } from './State'

/** A machine that runs. `Interpreter` is the reference, and `WasmMachine` is faster. Both make the same steps. */
export type Machine = {
  /** Replaces the present state. */
  load(state: State): void
  /** Makes at most `steps` steps, and fewer if the machine halts. Returns the number of steps that it has made. */
  run(steps: number): number
  /** The present state. It shares all pages that did not change with the state before. */
  state(): State
}
