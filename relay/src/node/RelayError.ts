/** An error that the operator can correct: one sentence with the next step, shown without a stack. */
export abstract class RelayError extends Error {
  abstract override readonly name: string
  readonly forPeople = true
}
