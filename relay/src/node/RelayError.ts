/** An error that the operator can correct. Its message says what the operator can do, and is shown without a stack. */
export abstract class RelayError extends Error {
  abstract override readonly name: string
  readonly forPeople = true
}
